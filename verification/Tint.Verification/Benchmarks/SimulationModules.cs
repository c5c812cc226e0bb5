using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Simulation;

namespace Tint.Verification.Benchmarks;

/// <summary>The closed forms of the modules. The MLP runs at its whole width C·D at once.</summary>
internal static class SimulationModules
{
    public static IReadOnlyList<ModuleBench> Of(BenchInput input)
    {
        var (configuration, sequence, layer) = (input.Configuration, input.Sequence, input.Weights.Layers[0]);
        var (flops, calls) = (new FlopCount(configuration, sequence), new ModuleCalls(configuration));
        var (random, mask, chunks) = (new Random(input.Seed), sequence.InDescents(configuration.Departures).TrainMask, configuration.Auxiliary.MlpChunkCount);
        Matrix<double> Signal(int width) => RandomInput.Matrix(random, sequence.Length, width, 1);
        var (x, g, wide, wideGradient) = (
            Signal(configuration.Auxiliary.HiddenSize),
            Signal(configuration.Auxiliary.HiddenSize),
            Signal(configuration.Auxiliary.InnerSize),
            Signal(configuration.Auxiliary.InnerSize));
        var (_, normMemory) = SimulatedLayerNorm.Forward(configuration, layer.AttentionNorm, x);
        var (_, attentionMemory) = SimulatedAttention.Forward(configuration, layer.Query, layer.Key, layer.Value, x, null);
        var embedding = input.Weights.TokenEmbedding;
        var wideCalls = calls.ActivationForward / chunks;
        var wideBackward = calls.ActivationBackward / chunks;

        return
        [
            new("LinearForward D to D", calls.AttentionForward, flops.Linear, () => SimulatedLinear.Forward(configuration, layer.Output, x)),
            new("LinearForward D to CD", wideCalls, chunks * flops.Linear, () => SimulatedLinear.Forward(configuration, layer.Inner, x)),
            new("LinearForward CD to D", wideCalls, chunks * flops.Linear, () => SimulatedLinear.Forward(configuration, layer.Outer, wide)),
            new("LinearBackward D to D", calls.SquareBackward, flops.Linear, () => SimulatedLinear.Backward(configuration, layer.Output.Weight, g)),
            new("LinearBackward CD to D", wideBackward, chunks * flops.Linear, () =>
                SimulatedLinear.Backward(configuration, layer.Inner.Weight, wideGradient)),
            new("LinearBackward D to CD", wideBackward, chunks * flops.Linear, () => SimulatedLinear.Backward(configuration, layer.Outer.Weight, g)),
            new("LinearDescent D × D", calls.SquareBackward, flops.LinearDescent, () => SimulatedLinear.Descent(configuration, layer.Output, g, x, mask)),
            new("LinearDescent CD × D", wideBackward, chunks * flops.LinearDescent, () =>
                SimulatedLinear.Descent(configuration, layer.Inner, wideGradient, x, mask)),
            new("LinearDescent D × CD", wideBackward, chunks * flops.LinearDescent, () =>
                SimulatedLinear.Descent(configuration, layer.Outer, g, wide, mask)),
            new("LayerNormForward", calls.NormForward, 0, () => SimulatedLayerNorm.Forward(configuration, layer.AttentionNorm, x)),
            new("LayerNormBackward", calls.NormBackward, 0, () => SimulatedLayerNorm.Backward(configuration, layer.AttentionNorm, g, normMemory)),
            new("LayerNormDescent", calls.NormBackward, 0, () => SimulatedLayerNorm.Descent(configuration, layer.AttentionNorm, g, normMemory, mask)),
            new("AttentionForward", calls.AttentionForward, (3 * flops.Linear) + flops.Attention, () =>
                SimulatedAttention.Forward(configuration, layer.Query, layer.Key, layer.Value, x, null)),
            new("AttentionBackward", calls.AttentionBackward, flops.AttentionBackward, () =>
                SimulatedAttention.Backward(configuration, g, attentionMemory, mask, null)),
            .. ScorePath(),
            new("ActivationForward", wideCalls, 0, () => SimulatedActivation.Forward(configuration, wide)),
            new("ActivationBackward", wideBackward, 0, () => SimulatedActivation.Backward(configuration, wideGradient, wide)),
            new("head", calls.Head, flops.Head, () => x.TransposeAndMultiply(embedding)),
            new("LossGradient with head", calls.LossGradient, flops.LossGradient + flops.Head, () =>
                SimulatedLoss.Gradient(configuration, embedding, x, sequence)),
        ];

        IEnumerable<ModuleBench> ScorePath()
        {
            if (configuration.KeepsScorePath)
            {
                yield return new("AttentionScoreBackward", calls.ScoreBackward, flops.AttentionScoreBackward, () =>
                    SimulatedAttention.ScoreBackward(configuration, layer.Value, g, attentionMemory, null));
            }
        }
    }
}
