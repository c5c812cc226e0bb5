using Tint.Properties.Laws;
using Tint.Reference;


namespace Tint.Properties.Campaigns;

/// <summary>Tries laws on many random cases.</summary>
public static class Campaign
{
    /// <summary>Runs a campaign. The result depends on the options alone, not on threads or on their order.</summary>
    /// <param name="options">What to run.</param>
    /// <param name="progress">Told of every case; null tells nobody.</param>
    /// <param name="token">Cancels the run; <see cref="CampaignRun"/> then still knows what was found.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="RuleViolationException">The options ask for no law, or for a shard without a case: nothing would be learnt.</exception>
    public static CampaignResult Run(CampaignOptions options, IProgress<LawVerdict>? progress = null, CancellationToken token = default) =>
        new CampaignRun(options).Run(progress, token);
}
