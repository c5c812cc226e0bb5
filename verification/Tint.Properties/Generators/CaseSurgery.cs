using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;

namespace Tint.Properties.Generators;

/// <summary>Cuts a case down to a smaller configuration: the first layers, rows, columns, chunks, tokens of what there is.</summary>
internal static class CaseSurgery
{
    /// <summary>The case with weights, signals and memory cut to a configuration that is nowhere larger.</summary>
    public static LawCase Fit(LawCase item, TintConfiguration configuration)
    {
        var (small, weights) = (configuration.Auxiliary, item.Weights);
        var width = small.HiddenSize;
        return item with
        {
            Configuration = configuration,
            Weights = new AuxiliaryWeights
            {
                Configuration = small,
                TokenEmbedding = weights.TokenEmbedding.SubMatrix(0, small.VocabularySize, 0, width),
                PositionEmbedding = weights.PositionEmbedding.SubMatrix(0, small.MaximumPositions, 0, width),
                Layers = [.. weights.Layers.Take(small.LayerCount).Select(layer => Layer(layer, item.Auxiliary, small))],
                FinalNorm = Norm(weights.FinalNorm, width),
            },
            Signal = Columns(item.Signal, width),
            Gradient = Columns(item.Gradient, width),
            Memory = [.. item.Memory.Select(slot => Columns(slot, width))],
        };
    }

    /// <summary>The case with tokens <paramref name="kept"/> of sequence <paramref name="index"/> only.</summary>
    public static LawCase KeepTokens(LawCase item, int index, int[] kept)
    {
        TokenSequence[] batch = [.. item.Batch];
        batch[index] = Keep(batch[index], kept);
        return index != 0 ? item with { Batch = batch } : item with
        {
            Batch = batch,
            Signal = Rows(item.Signal, kept),
            Gradient = Rows(item.Gradient, kept),
            Memory = [.. item.Memory.Select(slot => Rows(slot, kept))],
        };
    }

    private static TokenSequence Keep(TokenSequence sequence, int[] kept)
    {
        var icl = sequence.IclMask is { } mask
            ? Matrix<double>.Build.Dense(kept.Length, kept.Length, (i, j) => i == j ? 1 : mask.At(kept[i], kept[j]))
            : null;
        return sequence with
        {
            InputIds = [.. kept.Select(t => sequence.InputIds[t])],
            TrainMask = [.. kept.Select(t => sequence.TrainMask[t])],
            GradientMask = sequence.GradientMask is { } gradient ? [.. kept.Select(t => gradient[t])] : null,
            Labels = sequence.Labels is { } labels ? [.. kept.Select(t => labels[t])] : null,
            IclMask = icl,
        };
    }

    private static AuxiliaryLayer Layer(AuxiliaryLayer layer, AuxiliaryConfiguration large, AuxiliaryConfiguration small)
    {
        var width = small.HiddenSize;

        // Of chunk c the first units, so that a chunk stays one.
        int[] units = [.. Enumerable.Range(0, small.InnerSize).Select(unit => (unit / width * large.HiddenSize) + (unit % width))];
        int[] kept = [.. Enumerable.Range(0, width)];
        return AuxiliaryLayer.Of(BlockPlan.Of(small), leaf => leaf switch
        {
            Norm _ => Norm(layer.Norm(leaf.Place), width),
            Linear linear => Linear(
                layer.Linear(leaf.Place), linear.Outputs == width ? kept : units, linear.Inputs == width ? kept : units),
            _ => throw leaf.Unread("the shrinker"),
        });
    }

    private static LinearParameters Linear(LinearParameters layer, int[] rows, int[] columns) => new(
        Matrix<double>.Build.Dense(rows.Length, columns.Length, (i, j) => layer.Weight.At(rows[i], columns[j])),
        Vector<double>.Build.Dense(rows.Length, i => layer.Bias.At(rows[i])));

    private static LayerNormParameters Norm(LayerNormParameters norm, int width) =>
        new(norm.Weight.SubVector(0, width), norm.Bias.SubVector(0, width));

    private static Matrix<double> Columns(Matrix<double> matrix, int count) => matrix.SubMatrix(0, matrix.RowCount, 0, count);

    private static Matrix<double> Rows(Matrix<double> matrix, int[] kept) =>
        Matrix<double>.Build.Dense(kept.Length, matrix.ColumnCount, (i, j) => matrix.At(kept[i], j));
}
