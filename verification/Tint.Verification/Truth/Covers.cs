namespace Tint.Verification.Truth;

/// <summary>What certificates are about, in the words of the reports.</summary>
internal static class Covers
{
    public const string GateLeak = "gate leak";
    public const string Truncation = "truncation";
    public const string TruncationAndLeak = "truncation and gate leak";
    public const string MaskAndLeak = "train mask and gate leak";
    public const string ScorePath = "score path, train mask and gate leak";
    public const string Identity = "gate leak, once score path and train mask are subtracted";
    public const string Composition = "all steps above, composed";
}
