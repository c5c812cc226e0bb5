using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Auxiliary;

/// <summary>All parameters of an auxiliary model, family-independent: every linear weight is [out × in]. The output head is tied to the token embeddings.</summary>
public sealed record AuxiliaryWeights
{
    /// <summary>The shape that the parameters have.</summary>
    public required AuxiliaryConfiguration Configuration { get; init => field = Require.Present(value, "the weights' configuration"); }

    /// <summary>E, the token embeddings and, tied, the output head, [V × D_aux].</summary>
    public required Matrix<double> TokenEmbedding { get; init => field = Require.Present(value, "the token embedding"); }

    /// <summary>The position table, [T_max × D_aux] (for OPT without the two extra rows in front, which no token reads).</summary>
    public required Matrix<double> PositionEmbedding { get; init => field = Require.Present(value, "the position embedding"); }

    /// <summary>The blocks, in the order of the forward pass; <see cref="StreamedLayers"/> where not all are to be in memory.</summary>
    public required IReadOnlyList<AuxiliaryLayer> Layers { get; init => field = Require.Present(value, "the list of layers"); }

    /// <summary>The normalisation after the last block.</summary>
    public required LayerNormParameters FinalNorm { get; init => field = Require.Present(value, "the final norm"); }

    /// <summary>
    /// Weights as GPT-2 starts training with them: nearly normal numbers of standard deviation 0.02 (positions 0.01, the projections that add to the residual
    /// stream 0.02/√(2L)), no bias, γ = 1 and β = 0. They follow from configuration and seed, bit for bit on every machine.
    /// </summary>
    /// <param name="configuration">The shape.</param>
    /// <param name="seed">The seed. A layer's numbers do not depend on how many layers there are, but for the projections' size.</param>
    /// <param name="streamed">True: a layer is made each time that it is asked for (<see cref="StreamedLayers"/>), so that they need not fit in memory.</param>
    /// <exception cref="RuleViolationException">The configuration breaks a rule.</exception>
    public static AuxiliaryWeights Random(AuxiliaryConfiguration configuration, int seed, bool streamed = false)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var weights = InitialWeights.Of(configuration, seed);
        return streamed ? weights : weights with { Layers = [.. weights.Layers] };
    }

    /// <summary>How many numbers there are, and of what model.</summary>
    public override string ToString()
    {
        long width = Configuration.HiddenSize, layer = BlockPlan.Of(Configuration).Parameters.Sum(static leaf => leaf.Count);
        var count = (width * (Configuration.VocabularySize + (long)Configuration.MaximumPositions)) + (Configuration.LayerCount * layer) + (2 * width);
        return FormattableString.Invariant($"{count:N0} parameters of {Configuration}");
    }

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
            Require.Present(Layers[index], $"layer {index}").Check(Configuration, index);
        }

        ParameterCheck.Norm(FinalNorm, width, "final norm");
    }
}
