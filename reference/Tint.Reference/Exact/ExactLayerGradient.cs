using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;

namespace Tint.Reference.Exact;

/// <summary>The gradients inside and around one block.</summary>
public sealed record ExactLayerGradient
{
    /// <summary>The gradient at the block's output, [T × D_aux].</summary>
    public required Matrix<double> OutputGradient { get; init; }

    /// <summary>The gradient at the MLP's pre-activation z, [T × C·D_aux].</summary>
    public required Matrix<double> PreActivationGradient { get; init; }

    /// <summary>The gradient at the MLP half's input, x + Output·attention, [T × D_aux].</summary>
    public required Matrix<double> MiddleGradient { get; init; }

    /// <summary>The gradient at attention's output before the projection, [T × D_aux].</summary>
    public required Matrix<double> AttentionOutputGradient { get; init; }

    /// <summary>The gradients with respect to queries, keys and values.</summary>
    public required ExactAttentionGradient Attention { get; init; }

    /// <summary>
    /// The value path's part of the gradient at the normalised input of attention, W_Vᵀ ∂v_t, [T × D_aux]: what is left when the score path
    /// is dropped.
    /// </summary>
    public required Matrix<double> ValuePath { get; init; }

    /// <summary>The score path's part of that gradient, W_Qᵀ ∂q_t + W_Kᵀ ∂k_t, [T × D_aux]: what TinT drops (V1).</summary>
    public required Matrix<double> ScorePath { get; init; }

    /// <summary>The gradient at the block's input, [T × D_aux].</summary>
    public required Matrix<double> InputGradient { get; init; }

    /// <summary>The gradients of the block's parameters.</summary>
    public required AuxiliaryLayer Parameters { get; init; }
}
