using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.Rounding;

namespace Tint.Reference.Primitives;

/// <content>The operations that are not linear: softmax, normalisation and activation.</content>
public sealed partial class Arithmetic
{
    /// <summary>An upper bound of sup|σ′| for gelu and gelu_new, both 1.1290; relu has 1.</summary>
    private const double LargestSlope = 1.13;

    /// <summary>Row-wise softmax of scale·A, over all entries or over those j ≤ i that <paramref name="allowed"/> admits; other entries are 0.</summary>
    /// <param name="scores">A, [rows × columns], square if causal.</param>
    /// <param name="scale">The factor before the exponential.</param>
    /// <param name="causal">Whether entries j &gt; i are left out.</param>
    /// <param name="allowed">[rows × columns] of 0 and 1, at least one 1 in every row (with j ≤ i if causal); null admits all.</param>
    public Tracked Softmax(Tracked scores, double scale, bool causal = false, Matrix<double>? allowed = null)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var (rows, columns) = (scores.RowCount, scores.ColumnCount);
        var weights = Matrix<double>.Build.Dense(rows, columns);
        var largest = new double[rows];
        var sum = new double[rows];
        Array.Fill(largest, double.NegativeInfinity);

        // Column by column, as the storage lies; a causal column starts at its diagonal.
        for (var j = 0; j < columns; j++)
        {
            var source = ColumnMajor.Column(scores.Value, j);
            for (var i = causal ? j : 0; i < rows; i++)
            {
                if (allowed is null || allowed.At(i, j) == 1)
                {
                    largest[i] = Math.Max(largest[i], scale * source[i]);
                }
            }
        }

        for (var j = 0; j < columns; j++)
        {
            var source = ColumnMajor.Column(scores.Value, j);
            var target = ColumnMajor.Column(weights, j);
            for (var i = causal ? j : 0; i < rows; i++)
            {
                if (allowed is null || allowed.At(i, j) == 1)
                {
                    target[i] = Math.Exp((scale * source[i]) - largest[i]);
                    sum[i] += target[i];
                }
            }
        }

        for (var j = 0; j < columns; j++)
        {
            var target = ColumnMajor.Column(weights, j);
            for (var i = causal ? j : 0; i < rows; i++)
            {
                target[i] /= sum[i];
            }
        }

        return new Tracked(weights, _rounding is null ? null : SoftmaxError(_rounding, scores, scale, largest, weights));
    }

    /// <summary>
    /// w·n + (1 − w)·x with n = (x − μ)/s, μ = Σ w x/Σ w and s = √(eps + Σ (w(x − μ))²/Σ w), row by row: normalisation of one slot behind a
    /// feature gate w that is the same for all its coordinates.
    /// </summary>
    /// <remarks>Source: C19, V3.</remarks>
    /// <param name="x">The slot, [rows × D_aux].</param>
    /// <param name="w">The feature gate ρ.</param>
    /// <param name="epsilon">eps.</param>
    public Tracked GatedNormalise(Tracked x, TrackedScalar w, double epsilon)
    {
        ArgumentNullException.ThrowIfNull(x);
        int rows = x.RowCount, width = x.ColumnCount;
        var result = Matrix<double>.Build.Dense(rows, width);
        var (mean, deviation) = (new double[rows], new double[rows]);

        // Column by column, as the storage lies. Σ w x/Σ w with equal w is the plain mean; the second moment keeps one factor w of its two.
        for (var c = 0; c < width; c++)
        {
            var column = ColumnMajor.Column(x.Value, c);
            for (var t = 0; t < rows; t++)
            {
                mean[t] += column[t];
            }
        }

        for (var t = 0; t < rows; t++)
        {
            mean[t] /= width;
        }

        for (var c = 0; c < width; c++)
        {
            var column = ColumnMajor.Column(x.Value, c);
            for (var t = 0; t < rows; t++)
            {
                deviation[t] += (column[t] - mean[t]) * (column[t] - mean[t]);
            }
        }

        for (var t = 0; t < rows; t++)
        {
            deviation[t] = Math.Sqrt(epsilon + (w.Value * deviation[t] / width));
        }

        for (var c = 0; c < width; c++)
        {
            var column = ColumnMajor.Column(x.Value, c);
            var target = ColumnMajor.Column(result, c);
            for (var t = 0; t < rows; t++)
            {
                target[t] = (w.Value * ((column[t] - mean[t]) / deviation[t])) + ((1 - w.Value) * column[t]);
            }
        }

        return new Tracked(result, _rounding is null ? null : NormalisationError(_rounding, x, w, mean, deviation));
    }

    /// <summary>σ(A), entry by entry.</summary>
    public Tracked Activate(Tracked a, ActivationKind kind)
    {
        ArgumentNullException.ThrowIfNull(a);
        var isRelu = kind == ActivationKind.Relu;
        var value = Matrix<double>.Build.Dense(a.RowCount, a.ColumnCount);
        Parallel.For(0, a.ColumnCount, column =>
        {
            var source = ColumnMajor.Column(a.Value, column);
            var target = ColumnMajor.Column(value, column);
            for (var row = 0; row < source.Length; row++)
            {
                target[row] = ActivationFunction.Value(kind, source[row]);
            }
        });
        return new Tracked(
            value,
            _rounding is null ? null : a.Value.MapIndexed(
                (i, j, z) => _rounding.Activated(z, a.Error?.At(i, j) ?? 0, isRelu ? 1 : LargestSlope, isRelu), Zeros.Include));
    }

    private static Matrix<double> SoftmaxError(
        RoundingModel rounding, Tracked scores, double scale, double[] largest, Matrix<double> weights)
    {
        var error = Matrix<double>.Build.Dense(weights.RowCount, weights.ColumnCount);
        var (row, exponents, errors) = (new double[weights.ColumnCount], new double[weights.ColumnCount], new double[weights.ColumnCount]);
        for (var i = 0; i < weights.RowCount; i++)
        {
            for (var j = 0; j < row.Length; j++)
            {
                row[j] = weights.At(i, j);
                exponents[j] = row[j] == 0
                    ? 0
                    : rounding.Exponent(scores.Value.At(i, j), scores.Error?.At(i, j) ?? 0, scale, largest[i]);
            }

            rounding.Softmax(row, exponents, errors);
            error.SetRow(i, errors);
        }

        return error;
    }

    /// <remarks>Behind the feature gate: w·(error of n), (1 − w)·(error of x), the error of w on both, and the roundings of the blend.</remarks>
    private static Matrix<double> NormalisationError(
        RoundingModel rounding, Tracked x, TrackedScalar w, double[] mean, double[] deviation)
    {
        var error = Matrix<double>.Build.Dense(x.RowCount, x.ColumnCount);
        var errors = new double[x.ColumnCount];
        for (var t = 0; t < x.RowCount; t++)
        {
            var row = x.Value.Row(t).ToArray();
            var inherited = x.Error?.Row(t).ToArray() ?? new double[row.Length];
            rounding.Normalise(row, inherited, w, mean[t], deviation[t], errors);
            for (var c = 0; c < row.Length; c++)
            {
                var (normal, value) = (Math.Abs(row[c] - mean[t]) / deviation[t], Math.Abs(row[c]));
                var blended = rounding.Combine((w.Value + w.Error) * errors[c], (1 - w.Value + w.Error) * inherited[c]);
                error.At(t, c, rounding.Combine(
                    blended, ((w.Error + rounding.UnitRoundoff) * (normal + value)) + (3 * rounding.UnitRoundoff * normal)));
            }
        }

        return error;
    }
}
