using System.Globalization;
using Spectre.Console;
using Tint.Fixtures;
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
            terminal.Output.WriteLine($"  {Printable.Text(failure.Shrunk.Verdict.Worst, Printable.LongestLine)}");
            terminal.Output.WriteLine($"  on {failure.Shrunk.Case}");
            terminal.Output.WriteLine($"  as drawn: {Printable.Text(failure.Original.Verdict.Worst, Printable.LongestLine)}");
            terminal.Output.WriteLine($"  reproduce: {failure.Command}");
            terminal.Output.WriteLine();
        }

        Table(result).WriteTo(terminal);
        var (options, shard) = (result.Options, result.Options.Shard);
        foreach (var lacking in result.Reports.Where(report => report.Missing is not null).GroupBy(report => report.Missing!, report => report.Law.Label))
        {
            terminal.Prose($"not tried: {string.Join(", ", lacking)}, since {Printable.Name(result.Options.Implementation.Name)} lacks {Printable.Name(lacking.Key)}");
        }

        terminal.Prose("met: cases that meet the law's condition; ratio: the largest error/bound, a law is broken above 1");
        if (options.Provider is { } provider)
        {
            terminal.Prose($"provider {provider.Description}");
        }

        terminal.Prose($"{Printable.Name(options.Implementation.Name)}, seed {options.Seed}, shard {shard.Index}/{shard.Count}, {result.Cases} cases");
        terminal.Prose(
            $"looked at {result.Reports.Count} of {LawBook.All.Count} laws, "
            + (result.IsWhole ? $"{options.Indices.Count} of {options.Cases} cases a law" : $"{result.Cases} cases, then cancelled"));
        var held = result.Count(LawOutcome.Held);
        terminal.Output.WriteLine(
            $"{(held == 1 ? "1 law holds" : $"{held} laws hold")}, {result.Count(LawOutcome.Broken)} broken, {result.Count(LawOutcome.NotTried)} not tried");
    }

    private static Grid Table(CampaignResult result)
    {
        var table = new Grid(
        [
            new Grid.Column("law"),
            new Grid.Column("name"),
            .. Grid.Numbers("cases", "met", "ratio"),
            new Grid.Column("verdict"),
        ]);
        foreach (var report in result.Reports)
        {
            table.Add(report.Law.Label, report.Law.Name, Number(report.Cases), Number(report.Applied), Ratio(report.Applied == 0 ? null : report.WorstRatio), Verdict(report));
        }

        return table;
    }

    private static Grid.Cell Verdict(LawReport report) => report.Outcome switch
    {
        LawOutcome.Broken => new Grid.Cell($"{report.Failures} broken", Color.Red),
        LawOutcome.NotTried => new Grid.Cell("not tried", Color.Yellow),
        LawOutcome.Held => new Grid.Cell("holds", Color.Green),
        _ => throw new InvalidOperationException($"an outcome without a word: {report.Outcome}"),
    };

    // Three digits, rounded up: a ratio just above 1 must not look like 1.
    internal static string Ratio(double? worst) => worst is not { } ratio ? "–"
        : !double.IsFinite(ratio) ? "∞"
        : ratio is > 0 and < 1e-3 ? ratio.ToString("0e+00", CultureInfo.InvariantCulture)
        : (Math.Ceiling(ratio * 1000) / 1000).ToString("0.000", CultureInfo.InvariantCulture);

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);
}
