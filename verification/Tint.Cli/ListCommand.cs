using System.CommandLine;
using System.Text.Json;
using Tint.Fixtures;
using Tint.Reference;
using Tint.Reference.Families;
using Tint.Verification;
using Tint.Verification.Reports;

namespace Tint.Cli;

/// <summary><c>tint list</c>: the cases of a manifest.</summary>
internal static class ListCommand
{
    private const string Indent = "  ";
    private const string Json = "--json";

    private const string Description = """
        Lists cases: module, type, shapes and what each is for.

        Shapes: D_aux, H_aux and layers of the auxiliary model, then D_sim, H_sim and K of the TinT that simulates it; of a model of another
        family its own alone.
        Notes are flags; --flags says of each what a case with it holds, which bugs it catches and what those would do.

        Examples:
          tint list
          tint list --filter 'TinT.*' --flags
          tint list --family llama
          tint list --json cases.json
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var cases = new CaseOptions();
        var json = Words.Text(Json, "FILE", "Also write the cases to a JSON file; - for standard output.");
        var flags = new Option<bool>("--flags") { Description = "Also say what the flags in the notes mean." };
        var command = new Command("list", Description) { json, flags };
        cases.AddTo(command);
        command.SetAction(parsed =>
        {
            var selection = cases.Load(parsed);
            using var outputs = OutputFiles.Open(terminal, (Json, parsed.GetValue(json)));
            Print(outputs.Report, selection, parsed.GetValue(flags));
            outputs.Write(Json, ListDocument.Of(selection).WriteTo);
            return outputs.HasFailed ? ExitCode.Unusable : ExitCode.Success;
        });
        return command;
    }

    private static void Print(Terminal terminal, CaseSelection selection, bool flags)
    {
        var table = new Grid(
            new Grid.Column("id"),
            new Grid.Column("module"),
            new Grid.Column("type"),
            new Grid.Column("D/H/L → sim D/H/K"),
            new Grid.Column("notes", Grid.Kind.Prose));
        foreach (var item in selection.Chosen)
        {
            table.Add(item.Id, item.Module, item.DataType, Shapes(item), Notes(item, selection.Notes));
        }

        table.WriteTo(terminal);
        foreach (var flag in flags ? selection.Chosen.SelectMany(item => selection.Notes.Of(item.Id)).Distinct() : [])
        {
            terminal.Output.WriteLine(Printable.Name(flag.Name));
            terminal.Prose($"holds: {Printable.Text(flag.Description, Printable.LongestLine)}", Indent);
            terminal.Prose($"catches: {Printable.Text(flag.Bug, Printable.LongestLine)}", Indent);
            terminal.Prose($"effect: {Printable.Text(flag.Effect, Printable.LongestLine)}", Indent);
        }

        var (chosen, all) = (selection.Chosen.Count, selection.All.Count);
        terminal.Prose(chosen == all ? $"{Cases(all)} {selection.Words}" : $"{chosen} of {Cases(all)} {selection.Words}");
    }

    private static string Cases(int count) => count == 1 ? "1 case" : $"{count} cases";

    /// <summary>What the manifest says, and the flags that stand beside it.</summary>
    private static string Notes(FixtureCase item, FixtureNotes notes) => string.Join(
        "; ", new[] { item.Notes, string.Join(", ", notes.Of(item.Id).Select(flag => flag.Name)) }.Where(text => text.Length > 0));

    private static string Shapes(FixtureCase item) => item.IsAuxiliary ? Shapes(item.ModelConfig!) : Shapes(item.Config);

    /// <summary>A model that a set may name and nobody reads is listed all the same.</summary>
    private static string Shapes(string config)
    {
        try
        {
            using var document = JsonDocument.Parse(config);
            var model = FamilyCatalogue.Read(document.RootElement);
            return $"{model.HiddenSize}/{model.HeadCount}/{model.Blocks().Count}, {model.ModelType}";
        }
        catch (RuleViolationException)
        {
            return "auxiliary model alone";
        }
    }

    private static string Shapes(FixtureConfiguration config) =>
        $"{config.AuxHiddenSize}/{config.AuxNumHeads}/{config.AuxNumLayers} → {config.HiddenSize}/{config.NumHeads}/{config.NumPrefixes}";
}
