using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Tint.Experiments.Classification;
using Tint.Experiments.Evaluation;
using Tint.Fixtures;
using Tint.Properties.Campaigns;
using Tint.Reference;

namespace Tint.Cli;

/// <summary><c>tint merge</c>: joins the shards of a campaign.</summary>
internal static class MergeCommand
{
    private const string Json = "--json";
    private const string Html = "--html";

    private const string Description = """
        Joins what the shards of a campaign wrote with 'tint properties --shard i/n --json', or those of 'tint evaluate' or 'tint
        classify': the result is what one run of all cases, windows or tests would have written; of an evaluation, times add up.

        Refused are gaps, overlaps, shards that did not run to their end, and parts of different builds, seeds, laws,
        implementations, models, texts, settings or providers. Exit code: 0 if every law that was tried holds, 1 if one is broken, 2 if the parts are no
        whole campaign, or none was tried.

        Examples:
          tint merge part*.json
          tint merge part1.json part2.json part3.json --json whole.json
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var files = new Argument<string[]>("FILE") { Description = "The JSON files of all shards.", Arity = ArgumentArity.OneOrMore };
        var json = Words.Text(Json, "FILE", "Also write the whole campaign to a JSON file; - for standard output.");
        var html = Words.Text(Html, "FILE", "Also write the page of a whole evaluation or classification.");
        var command = new Command("merge", Description) { files, json, html };
        command.SetAction(parsed =>
        {
            var names = parsed.GetRequiredValue(files);
            using var outputs = OutputFiles.Open(terminal, (Json, parsed.GetValue(json)), (Html, parsed.GetValue(html)));
            return Has(names[0], "windows_in_all") ? Evaluation(outputs, names)
                : Has(names[0], "tests_in_all") ? Classification(outputs, names)
                : parsed.GetValue(html) is null ? Campaign(outputs, names)
                : throw new RuleViolationException($"{Html} draws an evaluation or a classification", "a campaign of laws", "leave it out");
        });
        return command;
    }

    private static int Campaign(OutputFiles outputs, string[] names)
    {
        var whole = CampaignMerge.Join([.. names.Select(name => (Printable.Name(name), CampaignDocument.Read(name)))]);
        Print(outputs.Report, whole, names.Length);
        outputs.Write(Json, whole.WriteTo);
        return outputs.HasFailed ? ExitCode.Unusable : whole.Outcome switch
        {
            LawOutcome.Held => ExitCode.Success,
            LawOutcome.Broken => ExitCode.Disagreement,
            _ => ExitCode.Unusable,
        };
    }

    private static int Evaluation(OutputFiles outputs, string[] names)
    {
        var whole = EvaluationMerge.Join([.. names.Select(name => (Printable.Name(name), EvaluationDocument.Read(name)))]);
        EvaluationView.Print(outputs.Report, whole);
        outputs.Write(Json, whole.WriteTo);
        outputs.Write(Html, stream => EvaluationPage.Write(whole, stream));
        return outputs.HasFailed ? ExitCode.Unusable : ExitCode.Success;
    }

    private static int Classification(OutputFiles outputs, string[] names) =>
        ClassifyCommand.Report(outputs, ClassificationMerge.Join([.. names.Select(static name => (Printable.Name(name), ClassificationDocument.Read(name)))]));

    /// <summary>Whether a file says of what kind it is; what cannot be read is left to the complaint of a campaign's reader.</summary>
    private static bool Has(string name, string field)
    {
        try
        {
            using var stream = File.OpenRead(name);
            using var document = JsonDocument.Parse(stream);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(field, out _);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return false;
        }
    }

    private static void Print(Terminal terminal, CampaignDocument whole, int parts)
    {
        foreach (var law in whole.Laws.Where(law => law.Failure is not null))
        {
            terminal.Output.WriteLine($"{Printable.Text(law.Label)} {Printable.Text(law.Name)}: {Printable.Text(law.Statement)}");
            terminal.Output.WriteLine($"  {Printable.Text(law.Failure!.ShrunkWorst)}");
            terminal.Output.WriteLine($"  reproduce: {Printable.Text(law.Failure.Command, int.MaxValue)}");
        }

        var table = new Grid([new Grid.Column("law"), new Grid.Column("name"), .. Grid.Numbers("cases", "met", "ratio"), new Grid.Column("verdict")]);
        foreach (var law in whole.Laws)
        {
            table.Add(
                law.Label,
                law.Name,
                law.Cases.ToString(CultureInfo.InvariantCulture),
                law.Applied.ToString(CultureInfo.InvariantCulture),
                CampaignView.Ratio(law.Applied == 0 ? null : law.WorstRatio),
                law.Outcome switch
                {
                    LawOutcome.Broken => new Grid.Cell($"{law.Failures} broken", Color.Red),
                    LawOutcome.Held => new Grid.Cell("holds", Color.Green),
                    _ => new Grid.Cell("not tried", Color.Yellow),
                });
        }

        table.WriteTo(terminal);
        terminal.Prose(string.Create(
            CultureInfo.InvariantCulture, $"{Printable.Name(whole.Implementation)}, seed {whole.Seed}, {parts} shards, {whole.Cases} cases, {whole.CasesPerLaw} a law"));
        terminal.Output.WriteLine($"{whole.Held} laws hold, {whole.Broken} broken, {whole.NotTried} not tried");
    }
}
