using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tint.Fixtures;
using Tint.Properties.Campaigns;

namespace Tint.Cli;

/// <summary><c>tint merge</c>: joins the shards of a campaign.</summary>
internal static class MergeCommand
{
    private const string Json = "--json";

    private const string Description = """
        Joins what the shards of a campaign wrote with 'tint properties --shard i/n --json': the result is what one run of
        all cases would have written.

        Refused are gaps, overlaps, shards that did not run to their end, and parts of different builds, seeds, laws,
        implementations or providers. Exit code: 0 if every law that was tried holds, 1 if one is broken, 2 if the parts are no
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
        var command = new Command("merge", Description) { files, json };
        command.SetAction(parsed =>
        {
            var names = parsed.GetRequiredValue(files);
            using var outputs = OutputFiles.Open(terminal, (Json, parsed.GetValue(json)));
            var whole = CampaignMerge.Join([.. names.Select(name => (Printable.Name(name), CampaignDocument.Read(name)))]);
            Print(outputs.Report, whole, names.Length);
            outputs.Write(Json, whole.WriteTo);
            return outputs.HasFailed ? ExitCode.Unusable : whole.Outcome switch
            {
                LawOutcome.Held => ExitCode.Success,
                LawOutcome.Broken => ExitCode.Disagreement,
                _ => ExitCode.Unusable,
            };
        });
        return command;
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
