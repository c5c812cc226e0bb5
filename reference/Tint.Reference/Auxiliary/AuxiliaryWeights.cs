using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Auxiliary;

/// <summary>All parameters of an auxiliary model, family-independent: every linear weight is [out × in]. The output head is tied to the token embeddings.</summary>
public sealed record AuxiliaryWeights
{
    /// <summary>The shape that the parameters have.</summary>
    public required AuxiliaryConfiguration Configuration { get; init; }

    /// <summary>E, the token embeddings and, tied, the output head, [V × D_aux].</summary>
    public required Matrix<double> TokenEmbedding { get; init; }

    /// <summary>The position table, [T_max × D_aux] (for OPT without the two extra rows in front, which no token reads).</summary>
    public required Matrix<double> PositionEmbedding { get; init; }

    /// <summary>The blocks, in the order of the forward pass; <see cref="StreamedLayers"/> where not all are to be in memory.</summary>
    public required IReadOnlyList<AuxiliaryLayer> Layers { get; init; }

    /// <summary>The normalisation after the last block.</summary>
    public required LayerNormParameters FinalNorm { get; init; }

    /// <summary>Checks shapes against <see cref="Configuration"/>, and that every number is finite; of streamed layers only how many there are.</summary>
    /// <exception cref="RuleViolationException">A tensor has another shape, or holds NaN or infinity.</exception>
    public void Check()
    {
        Configuration.Check();
        var width = Configuration.HiddenSize;
        ParameterCheck.Matrix(TokenEmbedding, Configuration.VocabularySize, width, "token embedding");
        ParameterCheck.Matrix(PositionEmbedding, Configuration.MaximumPositions, width, "position embedding");
        if (Layers.Count != Configuration.LayerCount)
        {
            throw new RuleViolationException(
                "the weights must have Auxiliary.LayerCount blocks", $"{Layers.Count} for {Configuration.LayerCount}", "pass one block a layer");
        }

        for (var index = 0; index < Layers.Count && Layers is not StreamedLayers; index++)
        {
            Layers[index].Check(Configuration, index);
        }

        ParameterCheck.Norm(FinalNorm, width, "final norm");
    }
}
