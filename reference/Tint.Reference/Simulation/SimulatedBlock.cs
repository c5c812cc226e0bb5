using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Simulation;

/// <summary>One transformer block of the auxiliary model as TinT runs it, forward, and backward together with the descents.</summary>
/// <remarks>
/// The MLP runs as C chunks: W₁'s rows and W₂'s columns cD … (c+1)D with bias b₂/C, every chunk through the same gates. Its sum is
/// Σ_c ρ(W₂c a_c + b₂/C) = ρ(W₂ a + b₂) over the whole inner width, and backward Σ_c ρW₁cᵀv_c = ρW₁ᵀv: the chunks change nothing except that
/// each of them learns its share of b₂ with the full η. They start equal and receive equal updates, hence stay equal, and their sum moves
/// by −η·C·Σ m g (deviation V2; by −η Σ m g where it is turned off). Residual streams carry no gate.
/// </remarks>
public static class SimulatedBlock
{
    /// <summary>The block's output, [T × D_aux], and what its backward pass needs.</summary>
    /// <param name="configuration">The TinT.</param>
    /// <param name="layer">The block's weights.</param>
    /// <param name="x">The residual stream, [T × D_aux].</param>
    /// <param name="iclMask">The pairs that may attend, [T × T] of 0 and 1, or null for all.</param>
    /// <exception cref="RuleViolationException">A shape does not fit.</exception>
    public static (Matrix<double> Output, BlockMemory Memory) Forward(
        TintConfiguration configuration, AuxiliaryLayer layer, Matrix<double> x, Matrix<double>? iclMask)
    {
        ArgumentNullException.ThrowIfNull(layer);
        var (normalized, attentionNorm) = SimulatedLayerNorm.Forward(configuration, layer.AttentionNorm, x);
        var (attended, attention) = SimulatedAttention.Forward(
            configuration, layer.Query, layer.Key, layer.Value, normalized, iclMask);
        var (h, output) = SimulatedLinear.Forward(configuration, layer.Output, attended);
        ColumnMajor.AddTo(h, x);

        (normalized, var mlpNorm) = SimulatedLayerNorm.Forward(configuration, layer.MlpNorm, h);
        var (z, inner) = SimulatedLinear.Forward(configuration, layer.Inner, normalized);
        var (a, activation) = SimulatedActivation.Forward(configuration, z);
        var (result, outer) = SimulatedLinear.Forward(configuration, layer.Outer, a);
        ColumnMajor.AddTo(result, h);
        return (result, new BlockMemory(attentionNorm, attention, output, mlpNorm, inner, activation, outer));
    }

    /// <summary>
    /// The gradient at the block's input, [T × D_aux], the block's weights after the step (Q and K are the same objects), and the summed
    /// gradients that the descents subtracted.
    /// </summary>
    /// <param name="configuration">The TinT.</param>
    /// <param name="layer">The block's weights before the step.</param>
    /// <param name="gradient">G, the gradient at the block's output, [T × D_aux].</param>
    /// <param name="memory">What the forward pass left.</param>
    /// <param name="sequence">Gives the train mask and the icl mask.</param>
    /// <exception cref="RuleViolationException">A shape or a mask breaks a rule.</exception>
    public static (Matrix<double> InputGradient, AuxiliaryLayer Updated, AuxiliaryLayer Gradient) BackwardDescent(
        TintConfiguration configuration, AuxiliaryLayer layer, Matrix<double> gradient, BlockMemory memory, TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(sequence);
        var tokens = new TrainedTokens(sequence.TrainMask, gradient.RowCount);

        // Forward, this was: result = h + Outer(σ(Inner(MlpNorm(h)))).
        var biasCopies = configuration.Departures.MlpBiasLearntPerChunk ? configuration.Auxiliary.MlpChunkCount : 1;
        var (outer, outerStep) = SimulatedLinear.Descent(configuration, layer.Outer, gradient, memory.Outer, tokens, biasCopies);
        var g = SimulatedLinear.Backward(configuration, layer.Outer.Weight, gradient);
        g = SimulatedActivation.Backward(configuration, g, memory.Activation);
        var (inner, innerStep) = SimulatedLinear.Descent(configuration, layer.Inner, g, memory.Inner, tokens, biasCopies: 1);
        g = SimulatedLinear.Backward(configuration, layer.Inner.Weight, g);
        var (mlpNorm, mlpNormStep) = SimulatedLayerNorm.Descent(configuration, layer.MlpNorm, g, memory.MlpNorm, tokens);
        g = SimulatedLayerNorm.Backward(configuration, layer.MlpNorm, g, memory.MlpNorm);
        ColumnMajor.AddTo(g, gradient);

        // Forward, this was: h = x + Output(attention(AttentionNorm(x))).
        var residual = g;
        var (output, outputStep) = SimulatedLinear.Descent(configuration, layer.Output, g, memory.Output, tokens, biasCopies: 1);
        g = SimulatedLinear.Backward(configuration, layer.Output.Weight, g);
        (g, var value, var valueStep) = SimulatedAttention.BackwardDescent(
            configuration, layer.Value, g, memory.Attention, sequence.TrainMask, sequence.IclMask);
        var (attentionNorm, attentionNormStep) = SimulatedLayerNorm.Descent(
            configuration, layer.AttentionNorm, g, memory.AttentionNorm, tokens);
        g = SimulatedLayerNorm.Backward(configuration, layer.AttentionNorm, g, memory.AttentionNorm);
        ColumnMajor.AddTo(g, residual);

        var updated = layer with
        {
            AttentionNorm = attentionNorm,
            Value = value,
            Output = output,
            MlpNorm = mlpNorm,
            Inner = inner,
            Outer = outer,
        };
        var step = SimulatedGradient.UntrainedLayer(configuration.Auxiliary) with
        {
            AttentionNorm = attentionNormStep,
            Value = valueStep,
            Output = outputStep,
            MlpNorm = mlpNormStep,
            Inner = innerStep,
            Outer = outerStep,
        };
        return (g, updated, step);
    }
}
