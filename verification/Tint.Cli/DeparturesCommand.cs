using System.CommandLine;
using System.Globalization;
using Tint.Fixtures;
using Tint.Reference;
using Tint.Reference.LinearAlgebra;
using Tint.Verification.Departing;

namespace Tint.Cli;

/// <summary><c>tint departures</c>: how much each departure of the published code changes, measured on cases.</summary>
internal static class DeparturesCommand
{
    private const string Json = "--json";

    private const string Description = """
        Measures the departures V1 … V9 of the published code from plain SGD on the whole-model cases.

        Each is switched on alone, everything else as the paper means it, and the update or what the table names is compared
        with and without it. reference/README.md quotes these figures; a test holds them against this.

        Examples:
          tint departures
          tint departures --filter 'TinT.opt.*' --json departures.json
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var cases = new CaseOptions();
        var provider = new ProviderOption();
        var json = Words.Text(Json, "FILE", "Also write the figures to a JSON file; - for standard output.");
        var command = new Command("departures", Description) { json };
        cases.AddTo(command);
        provider.AddTo(command);
        command.SetAction((parsed, token) => OwnThread.Run(() =>
        {
            var selection = cases.Load(parsed);
            FixtureCase[] models = [.. selection.Chosen.Where(DepartureSizes.IsMeasured)];
            if (models.Length == 0)
            {
                throw new RuleViolationException(
                    "departures are measured on whole models that take a step", $"none among {selection.Chosen.Count} cases", "use --filter 'TinT.*', or no filter");
            }

            return Run(terminal, models, selection.All.Count(DepartureSizes.IsMeasured), provider.Use(parsed, models.Length), parsed.GetValue(json), token);
        }));
        return command;
    }

    private static int Run(
        Terminal terminal, FixtureCase[] models, int all, ProviderInUse provider, string? json, CancellationToken token)
    {
        using var outputs = OutputFiles.Open(terminal, (Json, json));
        var document = new DeparturesDocument
        {
            Provider = provider.Description,
            Cases = [.. models.Select(item => item.Id)],
            Departures = DepartureSizes.Measure(models, token),
        };
        var table = new Grid(
        [
            new Grid.Column("label"),
            .. Grid.Numbers("median", "least", "largest", "models"),
            new Grid.Column("largest on"),
        ]);
        foreach (var size in document.Departures)
        {
            table.Add(
                Row(size),
                DepartureText.Percent(size.Median),
                DepartureText.Percent(size.Least),
                DepartureText.Percent(size.Largest),
                size.Models.ToString(CultureInfo.InvariantCulture),
                size.Largest > 0 ? size.LargestCase! : "–");
        }

        table.WriteTo(outputs.Report);
        foreach (var size in document.Departures)
        {
            outputs.Report.Prose($"{Row(size)}: {size.What}; {size.Measure}");
        }

        outputs.Report.Prose($"products: {provider.Description}");
        outputs.Report.Prose($"looked at {models.Length} of {all} whole models that take a step");
        outputs.Write(Json, document.WriteTo);
        return outputs.HasFailed ? ExitCode.Unusable : ExitCode.Success;
    }

    private static string Row(DepartureSize size) => size.Part is { } part ? $"{size.Label} {part}" : size.Label;
}
