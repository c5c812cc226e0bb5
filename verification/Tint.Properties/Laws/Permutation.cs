using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;

namespace Tint.Properties.Laws;

/// <summary>Renames the units of an auxiliary model: place i of the renamed model holds what place p[i] of the old one held.</summary>
/// <param name="Residual">p for the residual stream, [D].</param>
/// <param name="Attention">p for the rows of W_Q, W_K, W_V and the columns of W_O, [D].</param>
/// <param name="Inner">p for the MLP's inner units, [C·D].</param>
/// <param name="Vocabulary">p for the tokens, [V].</param>
internal sealed record Permutation(int[] Residual, int[] Attention, int[] Inner, int[] Vocabulary)
{
    /// <summary>No renaming.</summary>
    public static Permutation None(AuxiliaryWeights weights)
    {
        var (width, inner) = (weights.Configuration.HiddenSize, weights.Configuration.InnerSize);
        return new(Count(width), Count(width), Count(inner), Count(weights.Configuration.VocabularySize));
    }

    /// <summary>The new id of every old token.</summary>
    public int[] NewIds
    {
        get
        {
            var inverse = new int[Vocabulary.Length];
            for (var i = 0; i < inverse.Length; i++)
            {
                inverse[Vocabulary[i]] = i;
            }

            return inverse;
        }
    }

    /// <summary>The renamed parameters, or bounds in their places.</summary>
    public AuxiliaryWeights Of(AuxiliaryWeights weights) => weights with
    {
        TokenEmbedding = Pick(weights.TokenEmbedding, Vocabulary, Residual),
        PositionEmbedding = Pick(weights.PositionEmbedding, Count(weights.PositionEmbedding.RowCount), Residual),
        Layers = [.. weights.Layers.Select(layer => new AuxiliaryLayer(layer.Parameters.Select<ParameterGroup>((place, group) => group is LinearParameters linear
            ? Of(linear, Outputs(place), Inputs(place))
            : Of((LayerNormParameters)group))))],
        FinalNorm = Of(weights.FinalNorm),
    };

    /// <summary>Renamed logits, [T × V].</summary>
    public Matrix<double> OfLogits(Matrix<double> logits) => Pick(logits, Count(logits.RowCount), Vocabulary);

    /// <summary>p for the rows of a linear layer.</summary>
    private int[] Outputs(Place place) =>
        place == Place.Query || place == Place.Key || place == Place.Value ? Attention : place == Place.Inner ? Inner : Residual;

    /// <summary>p for its columns.</summary>
    private int[] Inputs(Place place) => place == Place.Output ? Attention : place == Place.Outer ? Inner : Residual;

    private static int[] Count(int count) => [.. Enumerable.Range(0, count)];

    private static LinearParameters Of(LinearParameters layer, int[] rows, int[] columns) =>
        new(Pick(layer.Weight, rows, columns), Pick(layer.Bias, rows));

    private LayerNormParameters Of(LayerNormParameters norm) => new(Pick(norm.Weight, Residual), Pick(norm.Bias, Residual))
    {
        Dense = norm.Dense is { } dense ? Pick(dense, Residual, Residual) : null,
    };

    private static Matrix<double> Pick(Matrix<double> matrix, int[] rows, int[] columns) =>
        Matrix<double>.Build.Dense(rows.Length, columns.Length, (i, j) => matrix.At(rows[i], columns[j]));

    private static Vector<double> Pick(Vector<double> vector, int[] entries) => Vector<double>.Build.Dense(entries.Length, i => vector.At(entries[i]));
}
