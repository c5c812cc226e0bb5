using System.CommandLine;
using System.Globalization;
using Tint.Reference.Configuration;
using Tint.Verification.Counting;

namespace Tint.Cli;

/// <summary><c>tint params</c>: how many parameters a TinT has, and which tensors they are.</summary>
internal static class ParamsCommand
{
    private const string DefaultShape = "gpt2-small";
    private const string Json = "--json";

    private const string Description = """
        Counts parameters: each module, a whole model part by part, every published shape, and the paper's table.

        Counts are over the weight tensors that the construction materialises, biases and position maps included, which are zero in most
        places. The paper's formula leaves out biases, permutations, gates, prefix loads and embeddings.

        Examples:
          tint params
          tint params --shape opt-1.3b --tensors
          tint params --json params.json
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var shape = new Option<string>("--shape")
        {
            Description = $"The shape to show in detail: {string.Join(", ", PublishedShapes.All.Keys)}.",
            HelpName = "NAME",
            DefaultValueFactory = _ => DefaultShape,
        };
        var tensors = new Option<bool>("--tensors") { Description = "Also list every tensor of every module." };
        var json = Words.Text(Json, "FILE", "Also write the tables to a JSON file; - for standard output.");
        var command = new Command("params", Description);
        command.Add(shape);
        command.Add(tensors);
        command.Add(json);
        command.SetAction(parsed =>
        {
            using var outputs = OutputFiles.Open(terminal, (Json, parsed.GetValue(json)));
            var document = ParameterDocument.Of(parsed.GetRequiredValue(shape));
            Print(outputs.Report, document, parsed.GetValue(tensors));
            outputs.Write(Json, document.WriteTo);
            return outputs.HasFailed ? ExitCode.Unusable : ExitCode.Success;
        });
        return command;
    }

    private static void Print(Terminal terminal, ParameterDocument document, bool tensors)
    {
        var configuration = PublishedShapes.All[document.Shape];
        var auxiliary = configuration.Auxiliary;
        terminal.Prose(
            $"{document.Shape}: D_aux {auxiliary.HiddenSize}, H_aux {auxiliary.HeadCount}, L {auxiliary.LayerCount}, T {auxiliary.MaximumPositions}; "
            + $"D_sim {configuration.HiddenSize}, K {configuration.PrefixCount}, H_sim {configuration.HeadCount}");
        Write(terminal, ["module", "parameters"], document.Modules.Select(module => new[] { module.Name, Number(module.Parameters) }));
        Write(terminal, ["whole model", "parameters", "copies", "total"],
        [
            .. document.Parts.Select(part => new[] { part.Name, Number(part.Parameters), Number(part.Copies), Number(part.Total) }),
            ["all", string.Empty, string.Empty, Number(document.Total)],
        ]);
        foreach (var (name, modules) in ParameterTensors.Composition)
        {
            terminal.Prose($"{name}: {string.Join(" + ", modules.Select(item => $"{item.Copies} {item.Module}"))}");
        }

        terminal.Prose("prefix load: K × D_sim numbers; each block loads 6 + 3C times, activations' empty loads included");
        if (tensors)
        {
            foreach (var module in document.Modules)
            {
                Write(terminal, [$"tensor of {module.Name}", "shape", "parameters"], module.Tensors.Select(tensor => new[]
                {
                    tensor.Name, string.Join(" × ", tensor.Shape), Number(tensor.Parameters),
                }));
            }
        }

        Write(terminal, ["published shape", "D_aux", "L", "D_sim", "K", "H_sim", "parameters"], document.PublishedShapeTotals.Select(row => new[]
        {
            row.Name, Plain(row.AuxHiddenSize), Plain(row.AuxNumLayers), Plain(row.HiddenSize), Plain(row.NumPrefixes), Plain(row.NumHeads),
            Number(row.Total),
        }));
        Write(terminal, ["paper's table", "D_sim", "K", "H_sim", "L", "by its formula", "as quoted"], document.Paper.Select(row => new[]
        {
            row.Name, Plain(row.HiddenSize), Plain(row.NumPrefixes), Plain(row.NumHeads), Plain(row.AuxNumLayers), Number(row.Formula),
            row.QuotedBillions.ToString("0.0 B", CultureInfo.InvariantCulture),
        }));
        terminal.Prose(
            "by its formula: L(21Q + 6·D_sim·H_sim + Q_split), Q = 4·Q_split + 3·T_sim·D_sim/H_sim, Q_split = D_sim²/H_sim + H_sim·D_sim");
        terminal.Prose("as quoted: as the paper's numbers are remembered; not checked against its text");
    }

    private static void Write(Terminal terminal, string[] headers, IEnumerable<string[]> rows)
    {
        var table = Grid.OfNumbers(headers[0], headers[1..]);
        foreach (var row in rows)
        {
            table.Add([.. row.Select(cell => new Grid.Cell(cell))]);
        }

        table.WriteTo(terminal);
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Plain(int value) => value.ToString(CultureInfo.InvariantCulture);
}
