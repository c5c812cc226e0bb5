using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.Primitives;

namespace Tint.Reference.Stacking;

/// <summary>
/// Writes auxiliary layers into prefixes and reads them back. Prefix j holds rows j·n … j·n + n − 1 of the weight matrix, one a slot, and the
/// whole bias in its last slot; as one row of numbers that is the rows flattened, then the bias.
/// </summary>
/// <remarks>Source: C1, V6.</remarks>
public static class PrefixStack
{
    /// <summary>Stacks a layer y = W x + b with W [D_aux × D_aux], b [D_aux].</summary>
    public static Slots Stack(TintConfiguration configuration, LinearParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(parameters);
        var (width, rows, prefixes) = Sizes(configuration);
        Require.Shape(parameters.Weight, width, width, "a stacked weight");
        Require.Length(parameters.Bias, width, "a stacked bias");
        var weight = ColumnMajor.Entries(parameters.Weight);
        return Build(configuration, parameters.Bias, row =>
        {
            var slot = ColumnMajor.Uninitialized(prefixes, width);
            ColumnMajor.ForColumns(prefixes, width, column =>
            {
                var source = weight.AsSpan(column * width, width);
                var target = ColumnMajor.Column(slot, column);
                for (var prefix = 0; prefix < prefixes; prefix++)
                {
                    target[prefix] = source[(prefix * rows) + row];
                }
            });
            return new Tracked(slot);
        });
    }

    /// <summary>Stacks a normalisation as the linear layer diag γ, β; or, after a dense descent, as the dense map that γ has become.</summary>
    public static Slots Stack(TintConfiguration configuration, LayerNormParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Dense is { } dense)
        {
            return Stack(configuration, new LinearParameters(dense, parameters.Bias));
        }

        var (width, rows, prefixes) = Sizes(configuration);
        Require.Length(parameters.Weight, width, "a stacked γ");
        Require.Length(parameters.Bias, width, "a stacked β");
        return Build(configuration, parameters.Bias, row =>
        {
            var diagonal = Matrix<double>.Build.Dense(prefixes, width);
            int[] columns = [.. Enumerable.Range(0, prefixes).Select(prefix => (prefix * rows) + row)];
            for (var prefix = 0; prefix < prefixes; prefix++)
            {
                diagonal.At(prefix, columns[prefix], parameters.Weight.At(columns[prefix]));
            }

            return new Tracked(diagonal) { NonzeroColumns = columns };
        });
    }

    /// <summary>Reads a layer back: every row of W, and the bias of prefix 0, the only copy that is kept up to date.</summary>
    public static LinearParameters Unstack(TintConfiguration configuration, Slots prefixes)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(prefixes);
        var (width, rows, _) = Sizes(configuration);
        var weight = Matrix<double>.Build.Dense(width, width);
        for (var slot = 0; slot < rows; slot++)
        {
            for (var column = 0; column < width && prefixes[slot] is { } contents; column++)
            {
                var source = ColumnMajor.Column(contents.Value, column);
                for (var prefix = 0; prefix < source.Length; prefix++)
                {
                    weight.At((prefix * rows) + slot, column, source[prefix]);
                }
            }
        }

        var bias = Vector<double>.Build.Dense(width, column => prefixes[rows]?.Value.At(0, column) ?? 0);
        return new LinearParameters(weight, bias);
    }

    /// <summary>Reads a normalisation back; where its map is no longer diagonal, <see cref="LayerNormParameters.Dense"/> holds it.</summary>
    public static LayerNormParameters UnstackNorm(TintConfiguration configuration, Slots prefixes)
    {
        var (weight, bias) = Unstack(configuration, prefixes);
        var diagonal = weight.Diagonal();
        var isDiagonal = weight.EnumerateIndexed(Zeros.AllowSkip).All(entry => entry.Item1 == entry.Item2 || entry.Item3 == 0);
        return new LayerNormParameters(diagonal, bias) { Dense = isDiagonal ? null : weight };
    }

    private static Slots Build(TintConfiguration configuration, Vector<double> bias, Func<int, Tracked> weightRow)
    {
        var (width, rows, prefixes) = Sizes(configuration);
        var copies = ColumnMajor.Uninitialized(prefixes, width);
        for (var column = 0; column < width; column++)
        {
            ColumnMajor.Column(copies, column).Fill(bias.At(column));
        }

        // A slot is too small to be worth splitting, all of a layer's are not.
        var slots = new Tracked?[rows];
        Parallelism.ForRanges(rows, (long)prefixes * width, (from, to) =>
        {
            for (var row = from; row < to; row++)
            {
                slots[row] = weightRow(row);
            }
        });
        return new Slots(prefixes, width, [.. slots, new Tracked(copies)]);
    }

    private static (int Width, int Rows, int Prefixes) Sizes(TintConfiguration configuration) =>
        (configuration.Auxiliary.HiddenSize, configuration.RowsPerPrefix, configuration.PrefixCount);
}
