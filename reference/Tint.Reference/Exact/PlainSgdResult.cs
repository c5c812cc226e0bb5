using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;

namespace Tint.Reference.Exact;

/// <summary>What plain SGD did on one sequence.</summary>
public sealed record PlainSgdResult
{
    /// <summary>The summed loss before every step and after the last, k + 1 numbers.</summary>
    public required IReadOnlyList<double> Losses { get; init; }

    /// <summary>The logits before the first step, [T × V].</summary>
    public required Matrix<double> OriginalLogits { get; init; }

    /// <summary>The logits after the last step, [T × V].</summary>
    public required Matrix<double> Logits { get; init; }

    /// <summary>The parameters after the last step; those given where k = 0.</summary>
    public required AuxiliaryWeights Weights { get; init; }
}
