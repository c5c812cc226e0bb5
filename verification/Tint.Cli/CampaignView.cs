using System.Globalization;
using Spectre.Console;
using Tint.Properties.Campaigns;
using Tint.Properties.Laws;

namespace Tint.Cli;

/// <summary>Prints a finished campaign: what broke, smallest case first, a table by law, and last the counts.</summary>
internal static class CampaignView
{
    /// <summary>Prints a campaign.</summary>
    public static void Print(Terminal terminal, CampaignResult result)
    {
        foreach (var failure in result.Reports.Select(report => report.First).OfType<LawFailure>())
        {
            terminal.Output.WriteLine($"{failure.Law}: {failure.Law.Statement}");
            terminal.Output.WriteLine($"  {failure.Shrunk.Verdict.Worst}");
            terminal.Output.WriteLine($"  on {failure.Shrunk.Case}");
            terminal.Output.WriteLine($"  as drawn: {failure.Original.Verdict.Worst}");
            terminal.Output.WriteLine($"  {failure.Command}");
            terminal.Output.WriteLine();
        }

        terminal.Console.Write(Table(result));
        var (options, shard) = (result.Options, result.Options.Shard);
        terminal.Output.WriteLine("met: cases that meet the law's condition; ratio: the largest error/bound, a law is broken above 1");
        if (options.Provider is { } provider)
        {
            terminal.Output.WriteLine($"provider {provider.Description}");
        }

        terminal.Output.WriteLine($"{options.Implementation.Name}, seed {options.Seed}, shard {shard.Index}/{shard.Count}, {result.Cases} cases");
        terminal.Output.WriteLine(
            $"looked at {result.Reports.Count} of {LawBook.All.Count} laws, "
            + (result.IsWhole ? $"{options.Indices.Count} of {options.Cases} cases a law" : $"{result.Cases} cases, then cancelled"));
        var held = result.Count(LawOutcome.Held);
        terminal.Output.WriteLine(
            $"{(held == 1 ? "1 law holds" : $"{held} laws hold")}, {result.Count(LawOutcome.Broken)} broken, {result.Count(LawOutcome.NotTried)} not tried");
    }

    private static Table Table(CampaignResult result)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn(Column("law"));
        table.AddColumn(Column("name"));
        foreach (var header in new[] { "cases", "met", "ratio" })
        {
            table.AddColumn(Column(header).RightAligned());
        }

        table.AddColumn(Column("verdict"));
        foreach (var report in result.Reports)
        {
            table.AddRow(
                new Text(report.Law.Label),
                new Text(report.Law.Name),
                new Text(Number(report.Cases)),
                new Text(Number(report.Applied)),
                new Text(Ratio(report)),
                Verdict(report));
        }

        return table;
    }

    private static TableColumn Column(string header) => new TableColumn(header).NoWrap().PadLeft(1).PadRight(0);

    private static Text Verdict(LawReport report) => report.Outcome switch
    {
        LawOutcome.Broken => new Text($"{report.Failures} broken", new Style(Color.Red)),
        LawOutcome.NotTried => new Text("not tried", new Style(Color.Yellow)),
        LawOutcome.Held => new Text("holds", new Style(Color.Green)),
        _ => throw new InvalidOperationException($"an outcome without a word: {report.Outcome}"),
    };

    // Three digits, rounded up: a ratio just above 1 must not look like 1.
    private static string Ratio(LawReport report) => report.Applied == 0 ? "–"
        : !double.IsFinite(report.WorstRatio) ? "∞"
        : report.WorstRatio is > 0 and < 1e-3 ? report.WorstRatio.ToString("0e+00", CultureInfo.InvariantCulture)
        : (Math.Ceiling(report.WorstRatio * 1000) / 1000).ToString("0.000", CultureInfo.InvariantCulture);

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);
}
