using System.Text.RegularExpressions;
using Tint.Reference;
using Tint.Reference.Configuration;

namespace Tint.Verification.Engines;

/// <summary>
/// What a manifest calls the fields of a configuration. The library's refusals name its own properties; where a configuration came from a file,
/// they are put into the file's words.
/// </summary>
internal static partial class ConfigurationNames
{
    private const string Auxiliary = nameof(TintConfiguration.Auxiliary) + ".";

    private static readonly Dictionary<string, string> OfManifest = new()
    {
        [Auxiliary + nameof(AuxiliaryConfiguration.HiddenSize)] = "aux_hidden_size",
        [Auxiliary + nameof(AuxiliaryConfiguration.HeadCount)] = "aux_num_heads",
        [Auxiliary + nameof(AuxiliaryConfiguration.LayerCount)] = "aux_num_layers",
        [Auxiliary + nameof(AuxiliaryConfiguration.VocabularySize)] = "aux_vocab_size",
        [Auxiliary + nameof(AuxiliaryConfiguration.MaximumPositions)] = "aux_max_positions",
        [Auxiliary + nameof(AuxiliaryConfiguration.LayerNormEpsilon)] = "layer_norm_epsilon",
        [nameof(TintConfiguration.HiddenSize)] = "hidden_size",
        [nameof(TintConfiguration.HeadCount)] = "num_heads",
        [nameof(TintConfiguration.PrefixCount)] = "num_prefixes",
        [nameof(TintConfiguration.InnerLearningRate)] = "inner_lr",
        [nameof(TintConfiguration.GateScale)] = "gate_scale",
        [nameof(TintConfiguration.FiniteDifferenceScale)] = "finite_difference_scale",
        [nameof(TintConfiguration.SgdSteps)] = "num_sgd_steps",
        [nameof(TintConfiguration.TrainedLayers)] = "num_trained_layers",
    };

    /// <summary>The same words with the manifest's names in place of the library's.</summary>
    public static string InManifest(string message) =>
        PropertyName().Replace(message, match => OfManifest.GetValueOrDefault(match.Value, match.Value));

    /// <summary>The refusal in the manifest's words.</summary>
    public static RuleViolationException InManifest(RuleViolationException refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return new RuleViolationException(InManifest(refusal.Rule), InManifest(refusal.Found), InManifest(refusal.Remedy));
    }

    [GeneratedRegex(@"\b(Auxiliary\.)?[A-Z][A-Za-z]+\b")]
    private static partial Regex PropertyName();
}
