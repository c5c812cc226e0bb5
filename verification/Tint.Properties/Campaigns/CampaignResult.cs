namespace Tint.Properties.Campaigns;

/// <summary>What a campaign found.</summary>
/// <param name="Options">What was run.</param>
/// <param name="Reports">A report a law, in the laws' order.</param>
public sealed record CampaignResult(CampaignOptions Options, IReadOnlyList<LawReport> Reports)
{
    /// <summary>Whether every law held.</summary>
    public bool Holds => Reports.All(report => report.Holds);

    /// <summary>How many cases were run, all laws together.</summary>
    public long Cases => Reports.Sum(report => (long)report.Cases);
}
