using Tint.Verification.Coordinates;

namespace Tint.Verification.Judging;

/// <summary>How one tensor of a case compares with what an engine computed.</summary>
public sealed record TensorJudgement
{
    /// <summary>The tensor's name in the file.</summary>
    public required string Tensor { get; init; }

    /// <summary>Whether the file's numbers are float32.</summary>
    public bool IsSinglePrecision { get; init; }

    /// <summary>The engine that computed it.</summary>
    public required string Engine { get; init; }

    /// <summary>The sizes of the file's tensor.</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>max |expected − got| over the tensor; NaN where a value is not finite.</summary>
    public double Absolute { get; init; }

    /// <summary>
    /// <see cref="Absolute"/> over max |expected|, or over the least scale that the judge was given if that is larger; <see cref="Absolute"/> itself
    /// where both are 0.
    /// </summary>
    public double Relative { get; init; }

    /// <summary>|expected − got| where error/bound is largest.</summary>
    public double Error { get; init; }

    /// <summary>The bound there; 0 where values must agree exactly.</summary>
    public double Bound { get; init; }

    /// <summary>The largest error/bound of the tensor. At most 1 means that every entry is within its bound.</summary>
    public double Ratio { get; init; }

    /// <summary>The ceiling on <see cref="Relative"/> that was applied, or null.</summary>
    public double? Ceiling { get; init; }

    /// <summary>Why values were not compared; null where they were.</summary>
    public string? Unread { get; init; }

    /// <summary>Why the tensor fails, in one line, or null where it passes.</summary>
    public string? Problem { get; init; }

    /// <summary>The first place, in row-major order, that differs by more than is allowed; null where none does or shapes differ.</summary>
    public Difference? First { get; init; }

    /// <summary><see cref="First"/> in the paper's coordinates.</summary>
    public Place? FirstPlace { get; init; }

    /// <summary>Whether the tensor agrees.</summary>
    public bool Passed => Problem is null;

    /// <summary>The worst of several: one that fails before one that passes, and then the largest error/bound, undefined counting as largest.</summary>
    public static TensorJudgement? Worst(IEnumerable<TensorJudgement> judgements) => judgements
        .OrderByDescending(judgement => !judgement.Passed)
        .ThenByDescending(judgement => double.IsNaN(judgement.Ratio) ? double.PositiveInfinity : judgement.Ratio)
        .ThenByDescending(judgement => judgement.Relative)
        .FirstOrDefault();
}
