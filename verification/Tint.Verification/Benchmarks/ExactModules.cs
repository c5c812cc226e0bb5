using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Exact;

namespace Tint.Verification.Benchmarks;

/// <summary>The layers of the auxiliary model with their exact backward passes, which include the parameters' gradients.</summary>
internal static class ExactModules
{
    public static IReadOnlyList<ModuleBench> Of(BenchInput input)
    {
        var (configuration, sequence, layer) = (input.Configuration, input.Sequence, input.Weights.Layers[0]);
        var (auxiliary, flops) = (configuration.Auxiliary, new FlopCount(configuration, sequence));
        var (random, chunks, heads, kind) = (new Random(input.Seed), auxiliary.MlpChunkCount, auxiliary.HeadCount, auxiliary.Activation);
        Matrix<double> Signal(int width) => RandomInput.Matrix(random, sequence.Length, width, 1);
        var (x, g) = (Signal(auxiliary.HiddenSize), Signal(auxiliary.HiddenSize));
        var (wide, wideGradient) = (Signal(auxiliary.InnerSize), Signal(auxiliary.InnerSize));
        var norm = ExactLayerNorm.Forward(layer.AttentionNorm, auxiliary.LayerNormEpsilon, x);
        var attention = ExactAttention.Forward(x, x, x, heads);
        var embedding = input.Weights.TokenEmbedding;
        long backward = (long)configuration.SgdSteps * auxiliary.LayerCount, forward = auxiliary.LayerCount + backward;

        return
        [
            new("linear forward D to D", 4 * forward, flops.Linear, () => ExactLinear.Forward(layer.Output, x)),
            new("linear forward D to CD", forward, chunks * flops.Linear, () => ExactLinear.Forward(layer.Inner, x)),
            new("linear forward CD to D", forward, chunks * flops.Linear, () => ExactLinear.Forward(layer.Outer, wide)),
            new("linear backward D × D", 4 * backward, 2 * flops.Linear, () => ExactLinear.Backward(layer.Output, x, g)),
            new("linear backward CD × D", backward, 2 * chunks * flops.Linear, () => ExactLinear.Backward(layer.Inner, x, wideGradient)),
            new("linear backward D × CD", backward, 2 * chunks * flops.Linear, () => ExactLinear.Backward(layer.Outer, wide, g)),
            new("normalisation forward", (2 * forward) + 1 + configuration.SgdSteps, 0, () =>
                ExactLayerNorm.Forward(layer.AttentionNorm, auxiliary.LayerNormEpsilon, x)),
            new("normalisation backward", (2 * backward) + configuration.SgdSteps, 0, () => ExactLayerNorm.Backward(layer.AttentionNorm, norm, g)),
            new("attention forward", forward, flops.Attention, () => ExactAttention.Forward(x, x, x, heads)),
            new("attention backward", backward, 2 * flops.Attention, () => ExactAttention.Backward(attention, g, heads)),
            new("activation forward", forward, 0, () => ExactActivation.Forward(kind, wide)),
            new("activation backward", backward, 0, () => ExactActivation.Backward(kind, wide, wideGradient)),
            new("head", 1 + configuration.SgdSteps, flops.Head, () => x.TransposeAndMultiply(embedding)),
            new("loss and head backward with head", configuration.SgdSteps, flops.ExactLossGradient / 2 * 3, () =>
                ExactLoss.Backward(configuration.Loss, embedding, x, sequence)),
        ];
    }
}
