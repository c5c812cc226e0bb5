using Tint.Verification.Judging;
using Tint.Verification.Truth;

namespace Tint.Verification;

/// <summary>One kind of comparison over several cases: how many quantities were compared, and the worst of them.</summary>
public sealed record ComparisonSummary
{
    /// <summary>How many quantities were compared.</summary>
    public required int Compared { get; init; }

    /// <summary>How many were farther apart than their bound.</summary>
    public required int Failed { get; init; }

    /// <summary>The case of the quantity with the largest ratio, one that fails before one that passes; null where none was compared.</summary>
    public string? WorstCase { get; init; }

    /// <summary>That quantity.</summary>
    public string? Quantity { get; init; }

    /// <summary>Its error where error/bound is largest.</summary>
    public double? Error { get; init; }

    /// <summary>Its bound there; against the truth, certificate and rounding together.</summary>
    public double? Bound { get; init; }

    /// <summary>error/bound.</summary>
    public double? Ratio { get; init; }

    /// <summary>The largest relative error of all quantities; float64 only where a file's precision would set it.</summary>
    public double? Relative { get; init; }

    /// <summary>Sums up judgements against a file or the simulation.</summary>
    /// <param name="judgements">The judgements with the ids of their cases.</param>
    public static ComparisonSummary Of(IEnumerable<(string Case, TensorJudgement Judgement)> judgements)
    {
        (string Case, TensorJudgement Judgement)[] read = [.. judgements.Where(item => item.Judgement.Unread is null)];
        var worst = TensorJudgement.Worst(read.Select(item => item.Judgement));
        return new ComparisonSummary
        {
            Compared = read.Length,
            Failed = read.Count(item => !item.Judgement.Passed),
            WorstCase = worst is null ? null : read.First(item => ReferenceEquals(item.Judgement, worst)).Case,
            Quantity = worst?.Tensor,
            Error = worst?.Error,
            Bound = worst?.Bound,
            Ratio = worst?.Ratio,
            Relative = read.Where(item => item.Judgement is { Ceiling: not null, IsSinglePrecision: false }).Max(item => (double?)item.Judgement.Relative),
        };
    }

    /// <summary>Sums up checks against the truth.</summary>
    /// <param name="checks">The checks with the ids of their cases.</param>
    public static ComparisonSummary Of(IEnumerable<(string Case, CertificateCheck Check)> checks)
    {
        (string Case, CertificateCheck Check)[] all = [.. checks];
        var worst = all.OrderByDescending(item => !item.Check.Passed).ThenByDescending(item => item.Check.Ratio).FirstOrDefault();
        return new ComparisonSummary
        {
            Compared = all.Length,
            Failed = all.Count(item => !item.Check.Passed),
            WorstCase = worst.Case,
            Quantity = worst.Check?.Quantity,
            Error = worst.Check?.Error,
            Bound = worst.Check?.Certificate + worst.Check?.Rounding,
            Ratio = worst.Check?.Ratio,
            Relative = all.Max(item => item.Check.Relative),
        };
    }
}
