using System.Globalization;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Oracle.Explaining;

/// <summary>Implementations that read a setting or a weight wrongly: a correct TinT with another configuration or with a matrix transposed.</summary>
internal static class ConfigurationMistakes
{
    private static readonly double[] Epsilons = [1e-12, 1e-8, 1e-6, 1e-5, 1e-3];
    private static readonly double[] Differences = [1, 10, 100, 1000, 1e4, 1e5];

    /// <summary>Other configurations that are admissible, with what an implementation does that runs them.</summary>
    public static IEnumerable<(string Name, string Sentence, TintConfiguration Configuration)> Of(TintConfiguration own)
    {
        foreach (var (name, sentence, departures) in DepartureSwitches.Of(own.Departures))
        {
            yield return (name, sentence, own with { Departures = departures });
        }

        foreach (var factor in new[] { 2, 0.5, 10, 0.1, 1000, 0.001, -1, own.Auxiliary.MlpChunkCount, 1.0 / own.Auxiliary.MlpChunkCount, 0 })
        {
            yield return (
                "option.learning-rate", Text($"η is {own.InnerLearningRate * factor:R}, {factor:R} times the case's."), own with { InnerLearningRate = own.InnerLearningRate * factor });
        }

        foreach (var scale in Differences.Where(scale => scale != own.FiniteDifferenceScale))
        {
            yield return ("option.finite-difference-scale", Text($"N is {scale:R}, not {own.FiniteDifferenceScale:R}."), own with { FiniteDifferenceScale = scale });
        }

        foreach (var stencil in Stencil.All.Where(stencil => stencil != own.Stencil))
        {
            yield return ("option.stencil", $"Finite differences are {stencil.Name}, not {own.Stencil.Name}.", own with { Stencil = stencil });
        }

        foreach (var epsilon in Epsilons.Where(epsilon => epsilon != own.Auxiliary.LayerNormEpsilon))
        {
            yield return (
                "option.epsilon",
                Text($"The normalisations' eps is {epsilon:R}, not {own.Auxiliary.LayerNormEpsilon:R}."),
                own with { Auxiliary = own.Auxiliary with { LayerNormEpsilon = epsilon } });
        }

        foreach (var kind in Enum.GetValues<ActivationKind>().Where(kind => kind != own.Auxiliary.Activation))
        {
            yield return ("option.activation", $"The activation is {kind}, not {own.Auxiliary.Activation}.", own with { Auxiliary = own.Auxiliary with { Activation = kind } });
        }

        foreach (var kind in Enum.GetValues<LossKind>().Where(kind => kind != own.Loss))
        {
            yield return ("option.loss", $"The loss is {kind}, not {own.Loss}.", own with { Loss = kind });
        }

        yield return (
            "option.backprop-through-attention",
            own.BackpropagateThroughAttention ? "The gradient does not pass through attention." : "The gradient passes through attention, where it is configured not to.",
            own with { BackpropagateThroughAttention = !own.BackpropagateThroughAttention });
        yield return (
            "option.layer-norm-bias-only",
            own.LayerNormBiasOnly ? "LayerNorm's weights are trained as well as its biases." : "Only LayerNorm's biases are trained.",
            own with { LayerNormBiasOnly = !own.LayerNormBiasOnly });
        foreach (var steps in new[] { own.SgdSteps - 1, own.SgdSteps + 1 }.Where(steps => steps >= 0))
        {
            yield return ("option.steps", $"{steps} SGD steps are taken, not {own.SgdSteps}.", own with { SgdSteps = steps });
        }

        foreach (var layers in Enumerable.Range(0, own.Auxiliary.LayerCount + 1).Where(layers => layers != own.TrainedLayers))
        {
            yield return ("option.trained-layers", $"{layers} layers are trained, not {own.TrainedLayers}.", own with { TrainedLayers = layers });
        }
    }

    /// <summary>The weights with one square matrix transposed.</summary>
    public static IEnumerable<(string Name, string Sentence, AuxiliaryWeights Weights)> Of(AuxiliaryWeights own)
    {
        for (var index = 0; index < own.Layers.Count; index++)
        {
            var at = index;
            var layer = own.Layers[index];
            foreach (var (place, changed) in new (string, AuxiliaryLayer)[]
            {
                ("W_Q", layer with { Query = Transposed(layer.Query) }),
                ("W_K", layer with { Key = Transposed(layer.Key) }),
                ("W_V", layer with { Value = Transposed(layer.Value) }),
                ("attention's output weight", layer with { Output = Transposed(layer.Output) }),
            })
            {
                yield return (
                    "weight.transposed",
                    $"Layer {index}'s {place} is transposed.",
                    own with { Layers = [.. own.Layers.Select((one, i) => i == at ? changed : one)] });
            }
        }
    }

    private static LinearParameters Transposed(LinearParameters layer) => layer with { Weight = layer.Weight.Transpose() };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
