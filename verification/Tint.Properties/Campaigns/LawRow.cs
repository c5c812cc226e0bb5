namespace Tint.Properties.Campaigns;

/// <summary>A law's row in <see cref="CampaignDocument"/>.</summary>
/// <param name="Label">L01, L02, …</param>
/// <param name="Name">The law's name.</param>
/// <param name="Statement">The law in one sentence.</param>
/// <param name="Facts">The facts that it tests.</param>
/// <param name="Outcome">held, broken or not_tried.</param>
/// <param name="Cases">Cases that were run.</param>
/// <param name="Applied">Cases that met the law's condition.</param>
/// <param name="Failures">Cases that broke it.</param>
/// <param name="WorstRatio">The largest error/bound.</param>
/// <param name="WorstCase">The case with it; null where none applied.</param>
/// <param name="Failure">The first failure; null without one.</param>
public sealed record LawRow(
    string Label,
    string Name,
    string Statement,
    IReadOnlyList<string> Facts,
    LawOutcome Outcome,
    int Cases,
    int Applied,
    int Failures,
    double WorstRatio,
    int? WorstCase,
    LawRow.FirstFailure? Failure)
{
    /// <summary>What the implementation lacks, so that the law was not tried on it; null where it has all that the law needs.</summary>
    public string? Missing { get; init; }

    /// <summary>A failure and how to see it again.</summary>
    /// <param name="Index">The case's index.</param>
    /// <param name="Worst">Where it differs most, in words.</param>
    /// <param name="Shrunk">The smallest failing case, in words.</param>
    /// <param name="ShrunkWorst">Where that one differs most.</param>
    /// <param name="Command">The command that tries it again.</param>
    public sealed record FirstFailure(int Index, string? Worst, string Shrunk, string? ShrunkWorst, string Command);

    /// <summary>The row of a report.</summary>
    public static LawRow Of(LawReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new LawRow(
            report.Law.Label,
            report.Law.Name,
            report.Law.Statement,
            report.Law.Facts,
            report.Outcome,
            report.Cases,
            report.Applied,
            report.Failures,
            report.WorstRatio,
            report.WorstCase < 0 ? null : report.WorstCase,
            report.First is { } first
                ? new FirstFailure(first.Index, first.Original.Verdict.Worst, first.Shrunk.Case.ToString(), first.Shrunk.Verdict.Worst, first.Command)
                : null)
        {
            Missing = report.Missing,
        };
    }
}
