using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Simulation;

/// <summary>What TinT's cross-attention modules compute, in closed form: queries of one sequence x, keys and values of another e.</summary>
/// <remarks>
/// The gates are those of <see cref="SimulatedAttention"/>: o_j = ρ Σ_i a_{j,i} v_i with q = ρ(W_Q x + b_Q), k and v likewise of e, and memory ρq, ρk, ρe; back ∂v_i = ρ Σ_j a′_{j,i} g_j over
/// all j, and the value layer's backward and descent at e with ρW_V, ρb_V and ρ·ρe, all tokens of e counting. What comes back to x is nothing (deviation V1), unless the score path is
/// kept: then ρW_Qᵀ∂q, and e gets ρW_Kᵀ∂k.
/// </remarks>
public static class SimulatedCrossAttention
{
    /// <summary>Row j: ρ Σ_i a_{j,i} v_i over all tokens i of e, [T × D_aux], and what the backward pass needs.</summary>
    /// <param name="configuration">Gives ρ, H_aux and D_aux.</param>
    /// <param name="query">W_Q and b_Q.</param>
    /// <param name="key">W_K and b_K, [heads·d × D_aux].</param>
    /// <param name="value">W_V and b_V, [heads·d × D_aux].</param>
    /// <param name="x">X, [T × D_aux].</param>
    /// <param name="other">E, [S × D_aux].</param>
    /// <param name="form">What the attention is; null for heads and scores as published.</param>
    /// <exception cref="RuleViolationException">A shape does not fit.</exception>
    public static (Matrix<double> Output, CrossAttentionMemory Memory) Forward(
        TintConfiguration configuration,
        LinearParameters query,
        LinearParameters key,
        LinearParameters value,
        Matrix<double> x,
        Matrix<double> other,
        AttentionForm? form = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(other);
        form ??= AttentionForm.Published;
        form.Check(configuration.Auxiliary);
        var (output, memory) = SimulatedAttention.Attend(configuration, form, (query, key, value), x, other, iclMask: null, isCrossing: true);
        return (output, new CrossAttentionMemory(memory.Query, memory.Key, memory.Input)
        {
            Input = configuration.KeepsScorePath ? ColumnMajor.Scaled(x, SimulatedGate.Factor(configuration)) : null,
        });
    }

    /// <summary>
    /// The gradients at queries and keys through the scores, ρ·N·c·D k and ρ·N·c·Dᵀ q with D the stencil's difference of softmax(s + ⟨g, v⟩/N), [T × D_aux] and [S × heads·d].
    /// </summary>
    /// <param name="configuration">Gives ρ, N, the stencil, H_aux and D_aux.</param>
    /// <param name="value">W_V and b_V before the step.</param>
    /// <param name="gradient">Rows g_j, [T × D_aux].</param>
    /// <param name="memory">What the forward pass left.</param>
    /// <param name="form">As in the forward pass.</param>
    /// <exception cref="RuleViolationException">A shape does not fit.</exception>
    public static (Matrix<double> Query, Matrix<double> Key) ScoreBackward(
        TintConfiguration configuration, LinearParameters value, Matrix<double> gradient, CrossAttentionMemory memory, AttentionForm? form = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(memory);
        form ??= AttentionForm.Published;
        form.Check(configuration.Auxiliary);
        return SimulatedAttention.DifferentiateScores(
            configuration, value, gradient, new AttentionMemory(memory.Query, memory.Key, memory.Other), iclMask: null, form, isCrossing: true);
    }

    /// <summary>Row i: ∂v_i = ρ Σ_j a′_{j,i} g_j, [S × heads·d].</summary>
    /// <param name="configuration">Gives ρ, H_aux and D_aux.</param>
    /// <param name="gradient">Rows g_j, [T × D_aux].</param>
    /// <param name="memory">What the forward pass left.</param>
    /// <param name="form">As in the forward pass.</param>
    /// <exception cref="RuleViolationException">A shape does not fit.</exception>
    public static Matrix<double> Backward(
        TintConfiguration configuration, Matrix<double> gradient, CrossAttentionMemory memory, AttentionForm? form = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(memory);
        form ??= AttentionForm.Published;
        form.Check(configuration.Auxiliary);
        Require.Shape(gradient, memory.Query.RowCount, configuration.Auxiliary.HiddenSize, "attention's output gradient");
        SimulatedAttention.CheckWidths(configuration, form, memory.Query, memory.Key, memory.Key);
        return ColumnMajor.Scaled(
            new HeadAttention(configuration.Auxiliary, form, memory.Query.RowCount, memory.Key.RowCount, iclMask: null, isCrossing: true)
                .Disperse(memory.Query, memory.Key, gradient, tokens: null),
            SimulatedGate.Factor(configuration));
    }

    /// <summary>Backward and descent together: ∂e, [S × D_aux], the value layer after the step, and its summed gradients.</summary>
    /// <param name="configuration">Gives ρ, η, H_aux and D_aux.</param>
    /// <param name="value">W_V and b_V before the step.</param>
    /// <param name="gradient">Rows g_j, [T × D_aux].</param>
    /// <param name="memory">What the forward pass left.</param>
    /// <param name="form">As in the forward pass.</param>
    /// <exception cref="RuleViolationException">A shape does not fit.</exception>
    public static (Matrix<double> OtherGradient, LinearParameters Updated, LinearParameters Gradient) BackwardDescent(
        TintConfiguration configuration,
        LinearParameters value,
        Matrix<double> gradient,
        CrossAttentionMemory memory,
        AttentionForm? form = null)
    {
        var (otherGradient, step) = BackwardStep(configuration, value, gradient, memory, form);
        return (otherGradient, Updated(configuration, value, step), step);
    }

    /// <summary>∂e, and the summed gradients that the value layer's descent subtracts.</summary>
    internal static (Matrix<double> OtherGradient, LinearParameters Gradient) BackwardStep(
        TintConfiguration configuration, LinearParameters value, Matrix<double> gradient, CrossAttentionMemory memory, AttentionForm? form)
    {
        ArgumentNullException.ThrowIfNull(value);
        var atValues = Backward(configuration, gradient, memory, form);
        return SimulatedAttention.GatedStep(configuration, value, atValues, memory.Other, [.. Enumerable.Repeat(1.0, atValues.RowCount)]);
    }

    /// <summary>The value layer after a step: W_V ← ρ(ρW_V − η S).</summary>
    internal static LinearParameters Updated(TintConfiguration configuration, LinearParameters value, LinearParameters step) =>
        SimulatedLinear.Updated(configuration, SimulatedAttention.Gated(configuration, value), step);
}
