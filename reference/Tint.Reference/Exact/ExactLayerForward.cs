using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Exact;

/// <summary>What a block's forward pass keeps for its backward pass.</summary>
public sealed record ExactLayerForward
{
    /// <summary>x, the block's input, [T × D_aux].</summary>
    public required Matrix<double> Input { get; init; }

    /// <summary>The normalisation before attention.</summary>
    public required ExactLayerNormForward AttentionNorm { get; init; }

    /// <summary>Queries, keys, values and attention's output before the projection.</summary>
    public required ExactAttentionForward Attention { get; init; }

    /// <summary>x + Output·attention, the MLP half's input, [T × D_aux].</summary>
    public required Matrix<double> Middle { get; init; }

    /// <summary>The normalisation before the MLP.</summary>
    public required ExactLayerNormForward MlpNorm { get; init; }

    /// <summary>z, the MLP's pre-activation, [T × C·D_aux].</summary>
    public required Matrix<double> PreActivation { get; init; }

    /// <summary>σ(z), [T × C·D_aux].</summary>
    public required Matrix<double> Activated { get; init; }

    /// <summary>The block's output, [T × D_aux].</summary>
    public required Matrix<double> Output { get; init; }
}
