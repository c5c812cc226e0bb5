using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.Rounding;

namespace Tint.Reference.Primitives;

/// <content>The operations that are not linear: softmax, normalisation and activation.</content>
public sealed partial class Arithmetic
{
    /// <summary>An upper bound of sup|σ′|: 1.1290 for gelu, gelu_new and those of other constants, 1.0999 for silu and quick_gelu; relu has 1.</summary>
    private const double LargestSlope = 1.13;

    /// <summary>Rough counts of scalar operations for an entry of a softmax, of a normalisation and of an activation.</summary>
    private const int SoftmaxWork = 16;

    private const int NormalisationWork = 8;

    private const int ActivationWork = 32;

    /// <summary>
    /// Row-wise softmax of scale·A, over all entries or over those that a causal mask and <paramref name="allowed"/> admit; other entries are 0.
    /// </summary>
    /// <param name="scores">A, [rows × columns].</param>
    /// <param name="scale">The factor before the exponential.</param>
    /// <param name="firstQuery">f where row i is query f + i, which sees the keys j ≤ f + i; null where every row sees every column.</param>
    /// <param name="allowed">[rows × columns] of 0 and 1, at least one 1 among those that a row sees; null admits all.</param>
    public Tracked Softmax(Tracked scores, double scale, int? firstQuery = null, Matrix<double>? allowed = null) =>
        Softmax(scores, scale, firstQuery, allowed, nulls: 0);

    /// <summary>The same over entries that the matrix leaves out as well.</summary>
    /// <param name="scores">A.</param>
    /// <param name="scale">The factor before the exponential.</param>
    /// <param name="firstQuery">f, or null.</param>
    /// <param name="allowed">[rows × columns] of 0 and 1, or null.</param>
    /// <param name="nulls">How many more entries with a score of 0 each row has, which count in its sum and are not given out.</param>
    internal Tracked Softmax(Tracked scores, double scale, int? firstQuery, Matrix<double>? allowed, int nulls)
    {
        ArgumentNullException.ThrowIfNull(scores);
        scores = scores with { Value = Perturb(scores.Value) };
        var (rows, columns) = (scores.RowCount, scores.ColumnCount);
        var weights = ColumnMajor.Uninitialized(rows, columns);
        var largest = new double[rows];
        var least = new double[rows];
        var sum = new double[rows];
        Array.Fill(largest, nulls > 0 ? 0 : double.NegativeInfinity);
        Array.Fill(least, nulls > 0 ? 0 : double.PositiveInfinity);

        // Rows from … to − 1, column by column, as the storage lies; a causal column starts at the first query that sees it.
        Parallelism.ForRanges(rows, (long)SoftmaxWork * columns, (from, to) =>
        {
            int First(int column) => Math.Min(to, firstQuery is { } query ? Math.Max(from, column - query) : from);
            for (var j = 0; j < columns; j++)
            {
                var first = First(j);
                var source = ColumnMajor.Column(scores.Value, j)[first..to];
                if (allowed is null)
                {
                    Elementwise.KeepLargest(largest.AsSpan(first), source, scale);
                    Elementwise.KeepLeast(least.AsSpan(first), source);
                }
                else
                {
                    KeepRangeAllowed(least, largest, source, scale, allowed, j, first);
                }
            }

            for (var i = from; i < to; i++)
            {
                // A score of −∞ would pass for one that is merely small.
                Divergence.Check(least[i], "the least score of a softmax");
                Divergence.Check(largest[i], "the largest score of a softmax");
            }

            for (var j = 0; j < columns; j++)
            {
                var first = First(j);
                var column = ColumnMajor.Column(weights, j);
                var target = column[first..to];
                column[from..first].Clear();
                Elementwise.Exponentials(ColumnMajor.Column(scores.Value, j)[first..to], scale, largest.AsSpan(first), target);
                if (allowed is not null)
                {
                    ClearForbidden(target, allowed, j, first);
                }

                Elementwise.AddScaled(sum.AsSpan(first, target.Length), target, 1);
            }

            for (var i = from; i < to && nulls > 0; i++)
            {
                sum[i] = Elementwise.AddNulls(sum[i], nulls, largest[i]);
            }

            for (var j = 0; j < columns; j++)
            {
                var first = First(j);
                Elementwise.Divide(ColumnMajor.Column(weights, j)[first..to], sum.AsSpan(first));
            }
        });

        return new Tracked(Perturb(weights), _rounding is null ? null : SoftmaxError(_rounding, scores, scale, largest, weights, Counts));

        bool Counts(int i, int j) => (firstQuery is not { } first || j <= first + i) && (allowed is null || allowed.At(i, j) == 1);
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
        x = x with { Value = Perturb(x.Value) };
        int rows = x.RowCount, width = x.ColumnCount;
        var result = ColumnMajor.Uninitialized(rows, width);
        var (means, deviations) = (new double[rows], new double[rows]);

        // Column by column, as the storage lies. Σ w x/Σ w with equal w is the plain mean; the second moment keeps one factor w of its two.
        Parallelism.ForRanges(rows, (long)NormalisationWork * width, (from, to) =>
        {
            var mean = means.AsSpan(from..to);
            var deviation = deviations.AsSpan(from..to);
            for (var c = 0; c < width; c++)
            {
                Elementwise.AddScaled(mean, ColumnMajor.Column(x.Value, c)[from..to], 1);
            }

            Elementwise.Divide(mean, width);
            for (var c = 0; c < width; c++)
            {
                Elementwise.AddSquaredDistances(deviation, ColumnMajor.Column(x.Value, c)[from..to], mean);
            }

            foreach (ref var moment in deviation)
            {
                moment = Elementwise.Deviation(epsilon, w.Value, moment, width);

                // An infinite deviation would leave a row of plausible zeros.
                Divergence.Check(moment, "the deviation of a normalisation");
            }

            for (var c = 0; c < width; c++)
            {
                Elementwise.Normalise(
                    ColumnMajor.Column(x.Value, c)[from..to], mean, deviation, w.Value, ColumnMajor.Column(result, c)[from..to]);
            }
        });

        return new Tracked(Perturb(result), _rounding is null ? null : NormalisationError(_rounding, x, w, means, deviations));
    }

    /// <summary>σ(A), entry by entry.</summary>
    public Tracked Activate(Tracked a, ActivationKind kind)
    {
        ArgumentNullException.ThrowIfNull(a);
        a = a with { Value = Perturb(a.Value) };
        var isRelu = kind == ActivationKind.Relu;
        var value = ColumnMajor.Uninitialized(a.RowCount, a.ColumnCount);
        ColumnMajor.ForColumns(ActivationWork * a.RowCount, a.ColumnCount, column =>
            VectorActivation.Apply(kind, ColumnMajor.Column(a.Value, column), ColumnMajor.Column(value, column)));
        return new Tracked(
            Perturb(value),
            _rounding is null ? null : a.Value.MapIndexed(
                (i, j, z) => _rounding.Activated(z, a.Error?.At(i, j) ?? 0, isRelu ? 1 : LargestSlope, isRelu), Zeros.Include));
    }

    private static void KeepRangeAllowed(
        double[] least, double[] largest, ReadOnlySpan<double> column, double scale, Matrix<double> allowed, int j, int first)
    {
        for (var i = 0; i < column.Length; i++)
        {
            if (allowed.At(first + i, j) == 1)
            {
                Elementwise.KeepLargest(largest.AsSpan(first + i, 1), column.Slice(i, 1), scale);
                Elementwise.KeepLeast(least.AsSpan(first + i, 1), column.Slice(i, 1));
            }
        }
    }

    private static void ClearForbidden(Span<double> weights, Matrix<double> allowed, int j, int first)
    {
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = allowed.At(first + i, j) == 1 ? weights[i] : 0;
        }
    }

    private static Matrix<double> SoftmaxError(
        RoundingModel rounding, Tracked scores, double scale, double[] largest, Matrix<double> weights, Func<int, int, bool> counts)
    {
        var error = Matrix<double>.Build.Dense(weights.RowCount, weights.ColumnCount);
        var (row, exponents, errors) = (new double[weights.ColumnCount], new double[weights.ColumnCount], new double[weights.ColumnCount]);
        for (var i = 0; i < weights.RowCount; i++)
        {
            for (var j = 0; j < row.Length; j++)
            {
                row[j] = weights.At(i, j);
                exponents[j] = counts(i, j)
                    ? rounding.Exponent(scores.Value.At(i, j), scores.Error?.At(i, j) ?? 0, scale, largest[i])
                    : -1;
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
            rounding.Normalise(row, inherited, w.Value, w.Error, mean[t], deviation[t], errors);
            for (var c = 0; c < row.Length; c++)
            {
                var (normal, value) = (Math.Abs(row[c] - mean[t]) / deviation[t], Math.Abs(row[c]));
                var blended = rounding.Combine((w.Value + w.Error) * errors[c], (1 - w.Value + w.Error) * inherited[c]);
                error.At(t, c, rounding.Combine(
                    blended, ((w.Error + rounding.UnitRoundoff) * (normal + value)) + (3 * rounding.UnitRoundoff * normal) + (2 * rounding.Underflow)));
            }
        }

        return error;
    }
}
