using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;

namespace Tint.Reference.Exact;

/// <summary>The exact gradient of one sequence's loss, with the gradients on the way.</summary>
public sealed record ExactGradient
{
    /// <summary>The loss, summed over the trained targets.</summary>
    public required double Loss { get; init; }

    /// <summary>g, the gradient at the final norm's output y, [T × D_aux].</summary>
    public required Matrix<double> OutputGradient { get; init; }

    /// <summary>The gradients of every block, in the order of the forward pass.</summary>
    public required IReadOnlyList<ExactLayerGradient> Layers { get; init; }

    /// <summary>The gradient at the first block's input, [T × D_aux].</summary>
    public required Matrix<double> EmbeddedGradient { get; init; }

    /// <summary>The gradient of every parameter; the token embeddings' is the sum of lookup and tied output head.</summary>
    public required AuxiliaryWeights Parameters { get; init; }
}
