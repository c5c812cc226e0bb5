using System.CommandLine;
using Tint.Verification.Examples;

namespace Tint.Cli;

/// <summary><c>tint example</c>: the construction's example in numbers, computed.</summary>
internal static class ExampleCommand
{
    private const string Json = "--json";

    private const string Description = """
        Computes the example in numbers of reference/README.md with the construction's own modules.

        One linear layer of width 6 over two prefixes: what the prefixes hold, which head scores what, W x + b, then
        backward and descent of one token. A test holds the text's numbers against these.

        Examples:
          tint example
          tint example --json example.json
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var json = Words.Text(Json, "FILE", "Also write the numbers to a JSON file; - for standard output.");
        var command = new Command("example", Description) { json };
        command.SetAction(parsed =>
        {
            var example = ExampleDocument.Compute();
            using var outputs = OutputFiles.Open(terminal, (Json, parsed.GetValue(json)));
            Print(outputs.Report, example);
            outputs.Write(Json, example.WriteTo);
            return outputs.HasFailed ? ExitCode.Unusable : ExitCode.Success;
        });
        return command;
    }

    private static void Print(Terminal terminal, ExampleDocument example)
    {
        terminal.Prose(string.Join(", ", example.Shape.Select(size => $"{size.Key} = {size.Value}")) + "; W has 10r + c at row r, column c, and b_r = 100 + r");
        var prefixes = new Grid([.. Enumerable.Range(0, example.Shape["n"] + 2).Select(i => new Grid.Column(i == 0 ? "holds" : $"slot {i - 1}"))]);
        Add(prefixes, ExampleText.PrefixRows(example));
        prefixes.WriteTo(terminal);
        terminal.Prose("forward: scores by shard, and the coordinate of slot 0 where their sum goes");
        var scores = new Grid(new("slot"), new("prefix 0 (e_0)"), new("coordinate", Grid.Kind.Number), new("prefix 1 (e_1)"), new("coordinate", Grid.Kind.Number));
        Add(scores, ExampleText.ScoreRows(example));
        scores.WriteTo(terminal);
        foreach (var sentence in ExampleText.Sentences(example))
        {
            terminal.Prose(sentence);
        }
    }

    private static void Add(Grid grid, IReadOnlyList<string> rows)
    {
        foreach (var row in rows)
        {
            grid.Add([.. row.Trim('|', ' ').Split(" | ").Select(cell => new Grid.Cell(cell))]);
        }
    }
}
