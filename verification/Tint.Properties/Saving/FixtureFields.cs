using System.Text.Json.Nodes;
using Tint.Fixtures;
using Tint.Reference.Configuration;
using Tint.Reference.Families;
using Tint.Reference.Losses;

namespace Tint.Properties.Saving;

/// <summary>A configuration in the words of a fixture's manifest.</summary>
internal static class FixtureFields
{
    /// <summary>The <c>config</c> object.</summary>
    public static JsonObject Config(TintConfiguration configuration, string module)
    {
        var auxiliary = configuration.Auxiliary;
        var fields = new JsonObject();
        if (module == FixtureModules.WholeModel)
        {
            fields["family"] = auxiliary.Architecture is { } architecture ? FamilyCatalogue.NameOf(architecture.Name) : auxiliary.Family switch
            {
                AuxiliaryFamily.Gpt2 => "gpt2",
                AuxiliaryFamily.Opt => "opt",
                _ => throw Require.Unknown(auxiliary.Family, "the family"),
            };
        }

        fields["aux_hidden_size"] = auxiliary.HiddenSize;
        fields["aux_num_heads"] = auxiliary.HeadCount;
        fields["aux_num_layers"] = auxiliary.LayerCount;
        fields["aux_vocab_size"] = auxiliary.VocabularySize;
        fields["aux_max_positions"] = auxiliary.MaximumPositions;
        fields["activation"] = ActivationForm.Of(auxiliary.Activation).Name;
        fields["layer_norm_epsilon"] = auxiliary.LayerNormEpsilon;
        fields["hidden_size"] = configuration.HiddenSize;
        fields["num_heads"] = configuration.HeadCount;
        fields["num_prefixes"] = configuration.PrefixCount;
        fields["inner_lr"] = configuration.InnerLearningRate;
        fields["gate_scale"] = configuration.GateScale;
        fields["finite_difference_scale"] = configuration.FiniteDifferenceScale;
        fields["restrict_prefixes"] = configuration.RestrictPrefixes;
        fields["backprop_through_attention"] = configuration.BackpropagateThroughAttention;
        fields["num_sgd_steps"] = configuration.SgdSteps;
        fields["num_trained_layers"] = configuration.TrainedLayers;
        fields["loss"] = LossFunction.Of(configuration.Loss).Name;
        fields["layer_norm_bias_only"] = configuration.LayerNormBiasOnly;
        return fields;
    }
}
