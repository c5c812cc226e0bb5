using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Families;

namespace Tint.Verification.Engines.Exact;

/// <summary>Weights of a model of the published code by canonical names, and back.</summary>
internal static class PublishedNames
{
    private const string Tokens = "embedding.tokens.weight";
    private const string Positions = "embedding.positions.weight";

    /// <summary>The parameters; normalisations are diagonal, as checkpoints have them.</summary>
    public static ParameterSet Of(AuxiliaryWeights weights)
    {
        var (shape, parameters) = (TrackedShape.Of(weights.Configuration), new ParameterSet());
        parameters.Set(Tokens, weights.TokenEmbedding);
        parameters.Set(Positions, weights.PositionEmbedding);
        for (var index = 0; index < weights.Layers.Count; index++)
        {
            Put(weights.Layers[index], $"{shape.Blocks[index]}.");
        }

        Put(weights.Outside, string.Empty);
        return parameters;

        void Put(AuxiliaryLayer layer, string prefix)
        {
            foreach (var (place, _, group) in layer.Parameters.Items)
            {
                var (weight, bias) = group is LinearParameters linear
                    ? (linear.Weight, linear.Bias)
                    : (((LayerNormParameters)group).Weight.ToRowMatrix(), ((LayerNormParameters)group).Bias);
                parameters.Set($"{prefix}{place}.weight", weight);
                parameters.Set($"{prefix}{place}.bias", bias.ToRowMatrix());
            }
        }
    }

    /// <summary>Parameters, or anything of their shapes, as weights.</summary>
    public static AuxiliaryWeights Weights(AuxiliaryConfiguration configuration, ParameterSet parameters)
    {
        var shape = TrackedShape.Of(configuration);
        ParameterGroup Group(ParameterLeaf leaf, string name) => leaf is Linear ? parameters.Linear(name) : parameters.Norm(name, configuration.HiddenSize);
        return new AuxiliaryWeights
        {
            Configuration = configuration,
            TokenEmbedding = parameters[Tokens],
            PositionEmbedding = parameters[Positions],
            Layers = [.. shape.Plan.Blocks.Select((plan, index) => AuxiliaryLayer.Of(plan, leaf => Group(leaf, $"{shape.Blocks[index]}.{leaf.Place}")))],
            FinalNorm = parameters.Norm($"{Place.FinalNorm}", configuration.HiddenSize),
        };
    }
}
