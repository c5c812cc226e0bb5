using System.CommandLine;
using Spectre.Console;
using Tint.Fixtures;

namespace Tint.Cli;

/// <summary><c>tint list</c>: the cases of a manifest.</summary>
internal static class ListCommand
{
    private const string Description = """
        Lists cases: module, type, shapes and what each is for.

        Shapes: D_aux, H_aux and layers of the auxiliary model, then D_sim, H_sim and K of the TinT that simulates it.

        Examples:
          tint list
          tint list --filter 'TinT.*'
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var cases = new CaseOptions();
        var command = new Command("list", Description);
        cases.AddTo(command);
        command.SetAction(parsed =>
        {
            Print(terminal, cases.Load(parsed));
            return ExitCode.Success;
        });
        return command;
    }

    private static void Print(Terminal terminal, IReadOnlyList<FixtureCase> cases)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn(new TableColumn("id").NoWrap());
        foreach (var column in new[] { "module", "type", "aux D/H/L → sim D/H/K", "notes" })
        {
            table.AddColumn(column);
        }

        foreach (var item in cases)
        {
            table.AddRow(new Text(item.Id), new Text(item.Module), new Text(item.DataType), new Text(Shapes(item.Config)), new Text(item.Notes));
        }

        terminal.Console.Write(table);
        terminal.Output.WriteLine(cases.Count == 1 ? "1 case" : $"{cases.Count} cases");
    }

    private static string Shapes(FixtureConfiguration config) =>
        $"{config.AuxHiddenSize}/{config.AuxNumHeads}/{config.AuxNumLayers} → {config.HiddenSize}/{config.NumHeads}/{config.NumPrefixes}";
}
