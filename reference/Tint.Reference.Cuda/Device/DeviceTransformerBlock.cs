using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Reference.Cuda.Device;

/// <summary><see cref="SimulatedBlock"/> on a device: a transformer block forward, and backward together with the descents.</summary>
internal static class DeviceTransformerBlock
{
    /// <summary>The block's output, [T × D_aux], and what its backward pass needs, which takes <paramref name="x"/> over.</summary>
    public static (DeviceMatrix Output, DeviceBlockMemory Memory) Forward(
        DeviceAlgebra algebra, TintConfiguration configuration, DeviceBlockWeights block, DeviceMatrix x, DeviceTokens tokens)
    {
        var (normalized, attentionNorm) = DeviceLayerNorm.Forward(algebra, configuration, block.AttentionNorm, x);
        var (attended, attention) = DeviceAttention.Forward(
            algebra, configuration, block.Query!, block.Key!, block.Value, normalized, tokens);
        normalized.Dispose();
        var (h, output) = DeviceLinear.Forward(algebra, configuration, block.Output, attended);
        attended.Dispose();
        algebra.AddTo(h, x);

        (normalized, var mlpNorm) = DeviceLayerNorm.Forward(algebra, configuration, block.MlpNorm, h);
        var (z, inner) = DeviceLinear.Forward(algebra, configuration, block.Inner, normalized);
        normalized.Dispose();
        var (a, activation) = DeviceActivations.Forward(algebra, configuration, z);
        z.Dispose();
        var (result, outer) = DeviceLinear.Forward(algebra, configuration, block.Outer, a);
        a.Dispose();
        algebra.AddTo(result, h);
        return (result, new DeviceBlockMemory(attentionNorm, attention, output, mlpNorm, inner, activation, outer));
    }

    /// <summary>
    /// The gradient at the block's input, [T × D_aux], the block's weights after the step, and the summed gradients that the descents subtracted.
    /// </summary>
    public static (DeviceMatrix InputGradient, DeviceBlockWeights Updated, DeviceBlockWeights Gradient) BackwardDescent(
        DeviceAlgebra algebra,
        TintConfiguration configuration,
        DeviceBlockWeights block,
        DeviceMatrix gradient,
        DeviceBlockMemory memory,
        DeviceTokens tokens)
    {
        // Forward, this was: result = h + Outer(σ(Inner(MlpNorm(h)))).
        var biasCopies = configuration.Departures.MlpBiasLearntPerChunk ? configuration.Auxiliary.MlpChunkCount : 1;
        var (outer, outerStep) = DeviceLinear.Descent(algebra, configuration, block.Outer, gradient, memory.Outer, tokens, biasCopies);
        using var activated = DeviceLinear.Backward(algebra, configuration, block.Outer.Weight, gradient);
        using var z = DeviceActivations.Backward(algebra, configuration, activated, memory.Activation);
        var (inner, innerStep) = DeviceLinear.Descent(algebra, configuration, block.Inner, z, memory.Inner, tokens, biasCopies: 1);
        using var mlpNormed = DeviceLinear.Backward(algebra, configuration, block.Inner.Weight, z);
        var (mlpNorm, mlpNormStep) = DeviceLayerNorm.Descent(algebra, configuration, block.MlpNorm, mlpNormed, memory.MlpNorm, tokens);
        using var h = DeviceLayerNorm.Backward(algebra, configuration, block.MlpNorm, mlpNormed, memory.MlpNorm);
        algebra.AddTo(h, gradient);

        // Forward, this was: h = x + Output(attention(AttentionNorm(x))).
        var (output, outputStep) = DeviceLinear.Descent(algebra, configuration, block.Output, h, memory.Output, tokens, biasCopies: 1);
        using var attended = DeviceLinear.Backward(algebra, configuration, block.Output.Weight, h);
        var (attentionNormed, value, valueStep) = DeviceAttention.BackwardDescent(
            algebra, configuration, block.Value, attended, memory.Attention, tokens);
        using var disposed = attentionNormed;
        var (attentionNorm, attentionNormStep) = DeviceLayerNorm.Descent(
            algebra, configuration, block.AttentionNorm, attentionNormed, memory.AttentionNorm, tokens);
        var x = DeviceLayerNorm.Backward(algebra, configuration, block.AttentionNorm, attentionNormed, memory.AttentionNorm);
        algebra.AddTo(x, h);

        var updated = block with
        {
            AttentionNorm = attentionNorm,
            Value = value,
            Output = output,
            MlpNorm = mlpNorm,
            Inner = inner,
            Outer = outer,
        };
        var step = new DeviceBlockWeights
        {
            AttentionNorm = attentionNormStep,
            Value = valueStep,
            Output = outputStep,
            MlpNorm = mlpNormStep,
            Inner = innerStep,
            Outer = outerStep,
        };
        return (x, updated, step);
    }
}
