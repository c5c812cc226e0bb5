namespace Tint.Properties.Campaigns;

/// <summary>What a campaign found.</summary>
/// <param name="Options">What was run.</param>
/// <param name="Reports">A report a law, in the laws' order.</param>
public sealed record CampaignResult(CampaignOptions Options, IReadOnlyList<LawReport> Reports)
{
    /// <summary>Broken if a law is; otherwise held if one was tried; otherwise the campaign says nothing.</summary>
    public LawOutcome Outcome => Count(LawOutcome.Broken) > 0 ? LawOutcome.Broken : Count(LawOutcome.Held) > 0 ? LawOutcome.Held : LawOutcome.NotTried;

    /// <summary>Whether every case was run; not so for one that was cancelled.</summary>
    public bool IsWhole => Cases == (long)Options.Indices.Count * Options.Laws.Count;

    /// <summary>How many cases were run, all laws together.</summary>
    public long Cases => Reports.Sum(report => (long)report.Cases);

    /// <summary>How many laws had an outcome.</summary>
    public int Count(LawOutcome outcome) => Reports.Count(report => report.Outcome == outcome);
}
