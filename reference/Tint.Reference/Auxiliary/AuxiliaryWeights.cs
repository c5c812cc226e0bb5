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

    /// <summary>The blocks, in the order of the forward pass.</summary>
    public required IReadOnlyList<AuxiliaryLayer> Layers { get; init; }

    /// <summary>The normalisation after the last block.</summary>
    public required LayerNormParameters FinalNorm { get; init; }

    /// <summary>Checks shapes against <see cref="Configuration"/>, and that every number is finite.</summary>
    /// <exception cref="RuleViolationException">A tensor has another shape, or holds NaN or infinity.</exception>
    public void Check()
    {
        Configuration.Check();
        int width = Configuration.HiddenSize, inner = Configuration.InnerSize;
        Check(TokenEmbedding, Configuration.VocabularySize, width, "token embedding");
        Check(PositionEmbedding, Configuration.MaximumPositions, width, "position embedding");
        if (Layers.Count != Configuration.LayerCount)
        {
            throw new RuleViolationException(
                "the weights must have aux_num_layers blocks", $"{Layers.Count} for {Configuration.LayerCount}", "pass one block a layer");
        }

        for (var index = 0; index < Layers.Count; index++)
        {
            var layer = Layers[index];
            Check(layer.AttentionNorm, width, $"layer {index} attention norm");
            Check(layer.Query, width, width, $"layer {index} query");
            Check(layer.Key, width, width, $"layer {index} key");
            Check(layer.Value, width, width, $"layer {index} value");
            Check(layer.Output, width, width, $"layer {index} attention output");
            Check(layer.MlpNorm, width, $"layer {index} MLP norm");
            Check(layer.Inner, inner, width, $"layer {index} MLP inner");
            Check(layer.Outer, width, inner, $"layer {index} MLP outer");
        }

        Check(FinalNorm, width, "final norm");
    }

    private static void Check(Matrix<double> matrix, int rows, int columns, string name)
    {
        Require.Shape(matrix, rows, columns, name);
        Require.Finite(matrix, name);
    }

    private static void Check(LinearParameters parameters, int rows, int columns, string name)
    {
        Check(parameters.Weight, rows, columns, $"{name} weight");
        Require.Length(parameters.Bias, rows, $"{name} bias");
        Require.Finite(parameters.Bias, $"{name} bias");
    }

    private static void Check(LayerNormParameters parameters, int width, string name)
    {
        Require.Length(parameters.Weight, width, $"{name} weight");
        Require.Finite(parameters.Weight, $"{name} weight");
        Require.Length(parameters.Bias, width, $"{name} bias");
        Require.Finite(parameters.Bias, $"{name} bias");
        if (parameters.Dense is { } dense)
        {
            Check(dense, width, width, $"{name} dense weight");
        }
    }
}
