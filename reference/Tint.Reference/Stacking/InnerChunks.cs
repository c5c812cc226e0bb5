using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Stacking;

/// <summary>
/// An MLP of any inner width as chunks of width D: rows of the inner layers, columns of the outer layer, and an equal share of the outer bias. The last
/// chunk is padded with rows, columns and bias entries of zero.
/// </summary>
/// <remarks>
/// Padding never comes to count. Its z is 0, and σ(0) = 0 for every activation here, so its activation is 0 and meets columns of zero; back, columns of zero
/// send it a gradient of 0, and N(σ(0 + 0/N) − σ(0)) = 0. So the descents, which add g xᵀ, add 0 to its rows (g = 0) and to its columns (the activation is 0),
/// and ρ·0 = 0. All of these are exact zeros, whatever the gates; a gated unit's product with σ(0) = 0 is one as well.
/// Source: C23, C30.
/// </remarks>
public static class InnerChunks
{
    /// <summary>⌈inner/D⌉.</summary>
    /// <param name="width">D.</param>
    /// <param name="inner">The inner width.</param>
    /// <exception cref="RuleViolationException">A width is less than 1.</exception>
    public static int Count(int width, int inner) =>
        ((Require.AtLeast(inner, 1, "the inner width") - 1) / Require.AtLeast(width, 1, "the width")) + 1;

    /// <summary>What one chunk of a layer holds; all of it, where the layer is not cut.</summary>
    /// <param name="leaf">How the layer is cut.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="chunk">c.</param>
    /// <exception cref="RuleViolationException">There is no such chunk.</exception>
    public static LinearParameters Part(Linear leaf, LinearParameters layer, int chunk)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        return leaf.OutputParts > 1 ? Inner(layer, chunk) : leaf.InputParts > 1 ? Outer(layer, chunk) : layer;
    }

    /// <summary>A layer from what its chunks hold; the inverse of <see cref="Part"/> but for the rounding of the bias's shares.</summary>
    /// <param name="leaf">How the layer is cut.</param>
    /// <param name="chunks">The chunks in order.</param>
    /// <exception cref="RuleViolationException">There are more or fewer chunks than the width has, or padding is not zero.</exception>
    public static LinearParameters Joined(Linear leaf, IReadOnlyList<LinearParameters> chunks)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        ArgumentNullException.ThrowIfNull(chunks);
        return leaf.OutputParts > 1 ? JoinInner(chunks, leaf.Outputs) : leaf.InputParts > 1 ? JoinOuter(chunks, leaf.Inputs) : chunks[0];
    }

    /// <summary>Rows cD … (c + 1)D − 1 of a layer [inner × D] with its bias, padded to [D × D].</summary>
    /// <param name="layer">The layer into the inner width.</param>
    /// <param name="chunk">c.</param>
    /// <exception cref="RuleViolationException">There is no such chunk.</exception>
    public static LinearParameters Inner(LinearParameters layer, int chunk)
    {
        ArgumentNullException.ThrowIfNull(layer);
        var width = layer.Weight.ColumnCount;
        Require.Length(layer.Bias, layer.Weight.RowCount, "the bias of the inner layer");
        var (first, rows) = Range(width, layer.Weight.RowCount, chunk);
        var (weight, bias) = (Matrix<double>.Build.Dense(width, width), Vector<double>.Build.Dense(width));
        Copy(layer.Weight, first, 0, rows, width, weight);
        bias.SetSubVector(0, rows, layer.Bias.SubVector(first, rows));
        return new LinearParameters(weight, bias);
    }

    /// <summary>Columns cD … (c + 1)D − 1 of a layer [D × inner], padded to [D × D], and its bias divided by the number of chunks.</summary>
    /// <param name="layer">The layer out of the inner width.</param>
    /// <param name="chunk">c.</param>
    /// <exception cref="RuleViolationException">There is no such chunk.</exception>
    public static LinearParameters Outer(LinearParameters layer, int chunk)
    {
        ArgumentNullException.ThrowIfNull(layer);
        var width = layer.Weight.RowCount;
        Require.Length(layer.Bias, width, "the bias of the outer layer");
        var (first, columns) = Range(width, layer.Weight.ColumnCount, chunk);
        var weight = Matrix<double>.Build.Dense(width, width);
        Copy(layer.Weight, 0, first, width, columns, weight);
        return new LinearParameters(weight, layer.Bias.Divide(Count(width, layer.Weight.ColumnCount)));
    }

    /// <summary>The inner layer [inner × D] from all its chunks.</summary>
    /// <param name="chunks">The chunks in order.</param>
    /// <param name="inner">The inner width.</param>
    /// <exception cref="RuleViolationException">There are more or fewer chunks than the width has, or padding is not zero.</exception>
    public static LinearParameters JoinInner(IReadOnlyList<LinearParameters> chunks, int inner)
    {
        var width = Check(chunks, inner);
        var (weight, bias) = (Matrix<double>.Build.Dense(inner, width), Vector<double>.Build.Dense(inner));
        for (var chunk = 0; chunk < chunks.Count; chunk++)
        {
            var (first, rows) = Range(width, inner, chunk);
            RequirePadding(chunks[chunk].Weight.SubMatrix(rows, width - rows, 0, width), $"rows of chunk {chunk}");
            RequirePadding(chunks[chunk].Bias.SubVector(rows, width - rows).ToColumnMatrix(), $"bias entries of chunk {chunk}");
            weight.SetSubMatrix(first, 0, chunks[chunk].Weight.SubMatrix(0, rows, 0, width));
            bias.SetSubVector(first, rows, chunks[chunk].Bias.SubVector(0, rows));
        }

        return new LinearParameters(weight, bias);
    }

    /// <summary>The outer layer [D × inner] from all its chunks, their shares of the bias added up.</summary>
    /// <param name="chunks">The chunks in order.</param>
    /// <param name="inner">The inner width.</param>
    /// <exception cref="RuleViolationException">There are more or fewer chunks than the width has, or padding is not zero.</exception>
    public static LinearParameters JoinOuter(IReadOnlyList<LinearParameters> chunks, int inner)
    {
        var width = Check(chunks, inner);
        var (weight, bias) = (Matrix<double>.Build.Dense(width, inner), Vector<double>.Build.Dense(width));
        for (var chunk = 0; chunk < chunks.Count; chunk++)
        {
            var (first, columns) = Range(width, inner, chunk);
            RequirePadding(chunks[chunk].Weight.SubMatrix(0, width, columns, width - columns), $"columns of chunk {chunk}");
            weight.SetSubMatrix(0, first, chunks[chunk].Weight.SubMatrix(0, width, 0, columns));
            bias += chunks[chunk].Bias;
        }

        return new LinearParameters(weight, bias);
    }

    /// <summary>A part of a matrix into the front of another.</summary>
    private static void Copy(Matrix<double> source, int row, int column, int rows, int columns, Matrix<double> target)
    {
        var (entries, height) = (ColumnMajor.Entries(source), source.RowCount);
        ColumnMajor.ForColumns(rows, columns, c => entries.AsSpan(((column + c) * height) + row, rows).CopyTo(ColumnMajor.Column(target, c)));
    }

    private static (int First, int Count) Range(int width, int inner, int chunk)
    {
        var count = Count(width, inner);
        return chunk >= 0 && chunk < count
            ? (chunk * width, Math.Min(width, inner - (chunk * width)))
            : throw new RuleViolationException("a chunk must be one of the MLP's", $"{chunk}", $"use 0 to {count - 1}");
    }

    private static int Check(IReadOnlyList<LinearParameters> chunks, int inner)
    {
        ArgumentNullException.ThrowIfNull(chunks);
        var width = chunks.Count > 0 ? chunks[0].Weight.RowCount : 1;
        foreach (var chunk in chunks)
        {
            Require.Shape(chunk.Weight, width, width, "the weight of a chunk");
            Require.Length(chunk.Bias, width, "the bias of a chunk");
        }

        return chunks.Count == Count(width, inner)
            ? width
            : throw new RuleViolationException(
                "an MLP must have as many chunks as its inner width fills",
                $"{chunks.Count} chunks of width {width} for an inner width of {inner}",
                $"pass {Count(width, inner)}");
    }

    private static void RequirePadding(Matrix<double> padding, string what)
    {
        if (padding.Exists(static value => value != 0))
        {
            throw new RuleViolationException("padding must be zero", $"another number in the padded {what}", "leave what lies beyond the inner width at zero");
        }
    }
}
