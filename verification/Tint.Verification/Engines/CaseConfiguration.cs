using Tint.Fixtures;
using Tint.Reference;
using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Families;
using Tint.Reference.Losses;

namespace Tint.Verification.Engines;

/// <summary>Translates a case's configuration, options and masks into the reference's own, and says what it cannot translate.</summary>
internal static class CaseConfiguration
{
    /// <summary>The reference's configuration of a case.</summary>
    /// <exception cref="RuleViolationException">A name is unknown or a shape is not admissible.</exception>
    public static TintConfiguration Of(FixtureCase fixtureCase)
    {
        ArgumentNullException.ThrowIfNull(fixtureCase);
        var config = fixtureCase.Config;
        var configuration = new TintConfiguration
        {
            Auxiliary = fixtureCase.ModelConfig is null ? Published(config) : OfModel(fixtureCase),
            HiddenSize = config.HiddenSize,
            HeadCount = config.NumHeads,
            PrefixCount = config.NumPrefixes,
            InnerLearningRate = config.InnerLr,
            GateScale = config.GateScale,
            FiniteDifferenceScale = config.FiniteDifferenceScale,
            RestrictPrefixes = config.RestrictPrefixes,
            BackpropagateThroughAttention = config.BackpropThroughAttention,
            SgdSteps = config.NumSgdSteps,
            TrainedLayers = config.NumTrainedLayers,
            Loss = OneOf("loss", config.Loss, Losses),
            LayerNormBiasOnly = config.LayerNormBiasOnly,
            Departures = config.Departures == "paper" ? Departures.Paper : Departures.Published,
        };
        AdmissibleShapes.Check(configuration);
        (configuration.Auxiliary.Architecture as ModelPlan)?.Check(configuration);
        CheckOptions(fixtureCase.Options, configuration);
        return configuration;
    }

    private static AuxiliaryConfiguration Published(FixtureConfiguration config) => new()
    {
        Family = config.Family is null ? AuxiliaryFamily.Gpt2 : OneOf("family", config.Family, Families),
        HiddenSize = config.AuxHiddenSize,
        HeadCount = config.AuxNumHeads,
        LayerCount = config.AuxNumLayers,
        VocabularySize = config.AuxVocabSize,
        MaximumPositions = config.AuxMaxPositions,
        Activation = OneOf("activation", config.Activation, Activations),
        LayerNormEpsilon = config.LayerNormEpsilon,
    };

    /// <summary>The auxiliary model that its own configuration describes; what the TinT's says of it as well must be the same.</summary>
    private static AuxiliaryConfiguration OfModel(FixtureCase fixtureCase)
    {
        var (config, model) = (fixtureCase.Config, FamilyCase.Model(fixtureCase));
        var auxiliary = model.Auxiliary();
        Same("family", config.Family, FamilyCatalogue.NameOf(model.ModelType));
        Same("aux_hidden_size", config.AuxHiddenSize, auxiliary.HiddenSize);
        Same("aux_num_heads", config.AuxNumHeads, auxiliary.HeadCount);
        Same("aux_num_layers", config.AuxNumLayers, auxiliary.LayerCount);
        Same("aux_vocab_size", config.AuxVocabSize, auxiliary.VocabularySize);
        Same("aux_max_positions", config.AuxMaxPositions, auxiliary.MaximumPositions);
        Same("activation", OneOf("activation", config.Activation, Activations), auxiliary.Activation);
        Same("layer_norm_epsilon", config.LayerNormEpsilon, auxiliary.LayerNormEpsilon);
        return auxiliary;
    }

    private static void Same<T>(string name, T found, T expected)
    {
        if (!Equals(found, expected))
        {
            throw new RuleViolationException($"config: {name} must be that of hf_config", $"{found} for {expected}", $"use {expected}");
        }
    }

    private static readonly Dictionary<string, AuxiliaryFamily> Families = new()
    {
        ["gpt2"] = AuxiliaryFamily.Gpt2,
        ["opt"] = AuxiliaryFamily.Opt,
    };

    private static readonly Dictionary<string, ActivationKind> Activations = ActivationForm.All.ToDictionary(form => form.Name, form => form.Kind);

    private static readonly Dictionary<string, LossKind> Losses = LossFunction.All.ToDictionary(loss => loss.Name, loss => loss.Kind);

    private static void CheckOptions(FixtureOptions options, TintConfiguration configuration)
    {
        Equal("din", options.Din, configuration.Auxiliary.HiddenSize, "aux_hidden_size");
        Equal("dout", options.Dout, configuration.Auxiliary.HiddenSize, "aux_hidden_size");
        Equal("num_heads", options.NumHeads, configuration.Auxiliary.HeadCount, "aux_num_heads");
    }

    private static void Equal(string name, int? option, int expected, string expectedName)
    {
        if (option is { } value && value != expected)
        {
            throw new RuleViolationException($"option {name} must equal {expectedName}", $"{value}", $"use {expected}");
        }
    }

    private static T OneOf<T>(string name, string value, Dictionary<string, T> known) =>
        known.TryGetValue(value, out var kind)
            ? kind
            : throw new RuleViolationException($"{name} must be known", value, $"use one of {string.Join(", ", known.Keys)}");
}
