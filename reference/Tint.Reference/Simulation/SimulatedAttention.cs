using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Simulation;

/// <summary>What TinT's attention modules compute: forward, stop-gradient backward, and descent on the value weights, in closed form.</summary>
/// <remarks>
/// <b>Forward.</b> Three linear modules give q = ρ(W_Q x + b_Q), k and v likewise. A softmax head attends with a_{j,i} ∝ exp(⟨q_j, k_i⟩/√(D/H)) over
/// i ≤ j (and icl_mask), never to prefixes; q, k and x join the memory and a gate follows: o_j = ρ Σ_i a_{j,i} v_i, memory ρq, ρk, ρx.
/// <b>Backward.</b> The attention is computed anew from the memory, whose scores carry ρ⁴ where the forward pass had ρ²: a′. Its transpose carries
/// gradients back to the positions they came from; a train mask multiplies it afterwards, so row i sums over queries j with i = j or m_j = 1:
/// ∂v_i = ρ Σ_j a′_{j,i} g_j. The score path is dropped (deviation V1). The gate also scales prefixes and memory, to ρW_V, ρb_V and ρ·ρx.
/// <b>Descent.</b> The linear module on what the backward pass left: ∂x = ρ(ρW_V)ᵀ∂v, W_V ← ρ(ρW_V − η Σ m ∂v (ρ²x)ᵀ), b_V ← ρ(ρb_V − η Σ m ∂v).
/// Without backpropagation through attention ∂v = g, and the factors of the skipped gate are absent. W_Q and W_K stay as they are.
/// <b>Score path</b>, where it is kept. From the memory q̃, k̃, x̃ the module computes v = ρ(W_V x̃ + b_V) and, with D_ij the stencil's difference of softmax(c⟨q̃_i, k̃_j⟩ + s⟨g_i, v_j⟩/N)
/// in s, ∂q = ρNc·D k̃ and ∂k = ρNc·Dᵀ q̃. Then the linear modules on x̃ρ: ∂x gains ρW_Qᵀ∂q + ρW_Kᵀ∂k, W_Q ← ρ(W_Q − η Σ m ∂q (ρx̃)ᵀ), and W_K likewise.
/// </remarks>
public static class SimulatedAttention
{
    /// <summary>Row j: ρ Σ_{i ≤ j} a_{j,i} v_i, [T × D_aux], heads side by side, and what the backward pass needs.</summary>
    /// <param name="configuration">Gives ρ, H_aux and D_aux.</param>
    /// <param name="query">W_Q and b_Q.</param>
    /// <param name="key">W_K and b_K.</param>
    /// <param name="value">W_V and b_V.</param>
    /// <param name="x">X, [T × D_aux].</param>
    /// <param name="iclMask">The pairs (query, key) that may attend, [T × T] of 0 and 1, or null for all.</param>
    /// <param name="form">What the attention is; null for the published one. Fewer key and value heads make their layers [heads·d × D_aux].</param>
    /// <exception cref="RuleViolationException">A shape does not fit.</exception>
    public static (Matrix<double> Output, AttentionMemory Memory) Forward(
        TintConfiguration configuration,
        LinearParameters query,
        LinearParameters key,
        LinearParameters value,
        Matrix<double> x,
        Matrix<double>? iclMask,
        AttentionForm? form = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(x);
        return Attend(configuration, form ?? AttentionForm.Published, (query, key, value), x, x, iclMask, isCrossing: false);
    }

    /// <summary>Row i: ∂v_i = ρ Σ_j a′_{j,i} g_j over j with i = j or m_j = 1, [T × D_aux].</summary>
    /// <param name="configuration">Gives ρ, H_aux and D_aux.</param>
    /// <param name="gradient">Rows g_j, [T × D_aux].</param>
    /// <param name="memory">What the forward pass left.</param>
    /// <param name="trainMask">m, [T] of 0 and 1.</param>
    /// <param name="iclMask">As in the forward pass.</param>
    /// <param name="form">As in the forward pass.</param>
    /// <exception cref="RuleViolationException">A shape or the mask breaks a rule.</exception>
    public static Matrix<double> Backward(
        TintConfiguration configuration,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask,
        AttentionForm? form = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(memory);
        form ??= AttentionForm.Published;
        int tokens = gradient.RowCount, width = configuration.Auxiliary.HiddenSize;
        Require.Shape(gradient, tokens, width, "attention's output gradient");
        Require.Shape(memory.Query, tokens, width, "attention's query memory");
        Require.Shape(memory.Key, tokens, form.KeyValueWidth(configuration.Auxiliary), "attention's key memory");
        var dispersed = new HeadAttention(configuration.Auxiliary, form, tokens, tokens, iclMask)
            .Disperse(memory.Query, memory.Key, gradient, new TrainedTokens(trainMask, tokens));
        return ColumnMajor.Scaled(dispersed, SimulatedGate.Factor(configuration));
    }

    /// <summary>The linear descent of W_V and b_V on a gradient of v and the memory of x.</summary>
    /// <exception cref="RuleViolationException">A shape or the mask breaks a rule.</exception>
    public static (LinearParameters Updated, LinearParameters Gradient) Descent(
        TintConfiguration configuration,
        LinearParameters value,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask)
    {
        ArgumentNullException.ThrowIfNull(memory);
        return SimulatedLinear.Descent(configuration, value, gradient, memory.Input, trainMask);
    }

    /// <summary>Backward and descent together, as the whole model runs them: ∂x, the value layer after the step, and its summed gradients.</summary>
    /// <param name="configuration">Gives ρ, η, H_aux, D_aux and whether the gradient passes through attention.</param>
    /// <param name="value">W_V and b_V before the step.</param>
    /// <param name="gradient">Rows g_j, [T × D_aux].</param>
    /// <param name="memory">What the forward pass left.</param>
    /// <param name="trainMask">m, [T] of 0 and 1.</param>
    /// <param name="iclMask">As in the forward pass.</param>
    /// <param name="form">As in the forward pass.</param>
    /// <exception cref="RuleViolationException">A shape or the mask breaks a rule.</exception>
    public static (Matrix<double> InputGradient, LinearParameters Updated, LinearParameters Gradient) BackwardDescent(
        TintConfiguration configuration,
        LinearParameters value,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask,
        AttentionForm? form = null)
    {
        var (inputGradient, step) = BackwardStep(configuration, value, gradient, memory, trainMask, iclMask, form);
        return (inputGradient, Updated(configuration, value, step), step);
    }

    /// <summary>∂x, and the summed gradients that the value layer's descent subtracts.</summary>
    internal static (Matrix<double> InputGradient, LinearParameters Gradient) BackwardStep(
        TintConfiguration configuration,
        LinearParameters value,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask,
        AttentionForm? form)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(value);
        form?.CheckSkipping(configuration);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(memory);
        if (configuration.BackpropagateThroughAttention)
        {
            return GatedStep(configuration, value, Backward(configuration, gradient, memory, trainMask, iclMask, form), memory.Input, trainMask);
        }

        var step = SimulatedLinear.Step(configuration, value, gradient, memory.Input, new TrainedTokens(trainMask, gradient.RowCount), biasCopies: 1);
        return (SimulatedLinear.Backward(configuration, value.Weight, gradient), step);
    }

    /// <summary>The value layer after a step: W_V ← ρ(ρW_V − η S), behind a backward step that is skipped ρ(W_V − η S).</summary>
    internal static LinearParameters Updated(TintConfiguration configuration, LinearParameters value, LinearParameters step) =>
        SimulatedLinear.Updated(configuration, configuration.BackpropagateThroughAttention ? Gated(configuration, value) : value, step);

    /// <summary>A layer behind the gate of attention's backward step: ρW and ρb.</summary>
    internal static LinearParameters Gated(TintConfiguration configuration, LinearParameters layer)
    {
        var rho = SimulatedGate.Factor(configuration);
        return new LinearParameters(ColumnMajor.Scaled(layer.Weight, rho), ColumnMajor.Scaled(layer.Bias, rho));
    }

    /// <summary>
    /// The gradients at queries and keys through the scores, ρ·N·c·D k and ρ·N·c·Dᵀ q with D the stencil's difference of softmax(s + ⟨g, v⟩/N), [T × D_aux] and [T × heads·d].
    /// </summary>
    /// <param name="configuration">Gives ρ, N, the stencil, H_aux and D_aux.</param>
    /// <param name="value">W_V and b_V before the step.</param>
    /// <param name="gradient">Rows g_j, [T × D_aux].</param>
    /// <param name="memory">What the forward pass left.</param>
    /// <param name="iclMask">As in the forward pass.</param>
    /// <param name="form">As in the forward pass.</param>
    /// <exception cref="RuleViolationException">A shape does not fit.</exception>
    public static (Matrix<double> Query, Matrix<double> Key) ScoreBackward(
        TintConfiguration configuration,
        LinearParameters value,
        Matrix<double> gradient,
        AttentionMemory memory,
        Matrix<double>? iclMask,
        AttentionForm? form = null) => DifferentiateScores(configuration, value, gradient, memory, iclMask, form ?? AttentionForm.Published, isCrossing: false);

    /// <summary>The same where the memory's keys and input may be another sequence's.</summary>
    internal static (Matrix<double> Query, Matrix<double> Key) DifferentiateScores(
        TintConfiguration configuration,
        LinearParameters value,
        Matrix<double> gradient,
        AttentionMemory memory,
        Matrix<double>? iclMask,
        AttentionForm form,
        bool isCrossing)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(memory);
        Require.Shape(gradient, memory.Query.RowCount, configuration.Auxiliary.HiddenSize, "attention's output gradient");
        var v = SimulatedLinear.Output(configuration, value, memory.Input);
        CheckWidths(configuration, form, memory.Query, memory.Key, v);
        var (atQueries, atKeys) = new HeadAttention(configuration.Auxiliary, form, gradient.RowCount, memory.Key.RowCount, iclMask, isCrossing).Differentiate(
            memory.Query, memory.Key, v, gradient, configuration.FiniteDifferenceScale, configuration.Stencil);
        var rho = SimulatedGate.Factor(configuration);
        return (ColumnMajor.Scaled(atQueries, rho), ColumnMajor.Scaled(atKeys, rho));
    }

    /// <summary>Attention of queries of x over keys and values of another sequence or of x itself; the memory's input is what keys and values are of.</summary>
    internal static (Matrix<double> Output, AttentionMemory Memory) Attend(
        TintConfiguration configuration,
        AttentionForm form,
        (LinearParameters Query, LinearParameters Key, LinearParameters Value) layers,
        Matrix<double> x,
        Matrix<double> other,
        Matrix<double>? iclMask,
        bool isCrossing)
    {
        var rho = SimulatedGate.Factor(configuration);
        var q = SimulatedLinear.Output(configuration, layers.Query, x);
        var k = SimulatedLinear.Output(configuration, layers.Key, other);
        var v = SimulatedLinear.Output(configuration, layers.Value, other);
        CheckWidths(configuration, form, q, k, v);
        var attended = new HeadAttention(configuration.Auxiliary, form, x.RowCount, other.RowCount, iclMask, isCrossing).Attend(q, k, v);
        return (
            ColumnMajor.Scaled(attended, rho), new AttentionMemory(ColumnMajor.Scaled(q, rho), ColumnMajor.Scaled(k, rho), ColumnMajor.Scaled(other, rho)));
    }

    /// <summary>The value layer's backward step and its summed gradients behind attention's gate, which scales weights and memory as well.</summary>
    internal static (Matrix<double> InputGradient, LinearParameters Gradient) GatedStep(
        TintConfiguration configuration, LinearParameters value, Matrix<double> atValues, Matrix<double> input, IReadOnlyList<double> trainMask)
    {
        var gated = Gated(configuration, value);
        var memory = ColumnMajor.Scaled(input, SimulatedGate.Factor(configuration));
        var step = SimulatedLinear.Step(configuration, gated, atValues, memory, new TrainedTokens(trainMask, atValues.RowCount), biasCopies: 1);
        return (SimulatedLinear.Backward(configuration, gated.Weight, atValues), step);
    }

    /// <summary>Requires queries of all heads, and keys and values of those that there are.</summary>
    internal static void CheckWidths(
        TintConfiguration configuration, AttentionForm form, Matrix<double> query, Matrix<double> key, Matrix<double> value)
    {
        var width = form.KeyValueWidth(configuration.Auxiliary);
        Require.Shape(query, query.RowCount, configuration.Auxiliary.HiddenSize, "queries");
        Require.Shape(key, key.RowCount, width, "keys");
        Require.Shape(value, key.RowCount, width, "values");
    }
}
