using System.Globalization;
using Tint.Fixtures;

namespace Tint.Conformance;

/// <summary>The values of options that a case is about, as a manifest names them.</summary>
internal static class OptionValues
{
    /// <summary>Option and value, in the order of a manifest.</summary>
    public static IEnumerable<(string Option, string Value)> Of(FixtureCase item)
    {
        if (item.Config is { } config)
        {
            if (config.Family is { } family)
            {
                yield return ("family", family);
            }

            yield return ("shape", Text($"{config.AuxHiddenSize}/{config.AuxNumHeads}/{config.NumPrefixes}/{config.NumHeads}"));
            yield return ("activation", config.Activation);
            yield return ("gate_scale", Text($"{config.GateScale:R}"));
            yield return ("finite_difference_scale", Text($"{config.FiniteDifferenceScale:R}"));
            yield return ("restrict_prefixes", Flag(config.RestrictPrefixes));
            yield return ("layer_norm_bias_only", Flag(config.LayerNormBiasOnly));
            if (item.Module == FixtureModules.WholeModel)
            {
                yield return ("backprop_through_attention", Flag(config.BackpropThroughAttention));
                yield return ("num_sgd_steps", Text($"{config.NumSgdSteps}"));
                yield return ("num_trained_layers", Text($"{config.NumTrainedLayers} of {config.AuxNumLayers}"));
                yield return ("loss", config.Loss);
                yield return ("gradient_mask", Flag(item.Inputs.Contains("gradient_mask")));
            }
        }

        if (item.Options.RetainOutputGradient is { } retain)
        {
            yield return ("retain_output_gradient", Flag(retain));
        }

        if (item.Options.BiasOnly is { } biasOnly)
        {
            yield return ("bias_only", Flag(biasOnly));
        }

        if (item.Module.StartsWith("Attention", StringComparison.Ordinal) || item.Module == FixtureModules.WholeModel)
        {
            yield return ("icl_mask", Flag(item.Inputs.Contains("icl_mask")));
        }

        yield return ("dtype", item.DataType);
    }

    private static string Flag(bool value) => value ? "true" : "false";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
