namespace Tint.Properties.Laws;

/// <summary>How a law fared on a case.</summary>
/// <param name="Ratio">The largest error/bound among all comparisons; 0 without any.</param>
/// <param name="Worst">Where that was, in words; null without a comparison.</param>
/// <param name="Comparisons">How many numbers were compared; 0 where the case does not meet the law's condition.</param>
public sealed record LawVerdict(double Ratio, string? Worst, int Comparisons)
{
    /// <summary>What the implementation lacks, so that nothing is known of the law; null where it has all that the law needs.</summary>
    public string? Missing { get; init; }

    /// <summary>Whether the case met the law's condition, so that something was compared.</summary>
    public bool Applies => Comparisons > 0;

    /// <summary>Whether no error exceeds its bound.</summary>
    public bool Holds => Ratio <= 1;
}
