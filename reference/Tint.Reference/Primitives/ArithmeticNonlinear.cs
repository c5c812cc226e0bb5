using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Reference.Primitives;

/// <content>The operations that are not linear: masks, softmax, normalisation and activation, with their error bounds.</content>
public sealed partial class Arithmetic
{
    /// <summary>Roundings charged for one exp, tanh or erf: implementations in use stay within a few units in the last place.</summary>
    private const double ElementaryRoundings = 4;

    /// <summary>Entries above the diagonal set to 0.</summary>
    public static Tracked LowerTriangle(Tracked a)
    {
        ArgumentNullException.ThrowIfNull(a);
        return new Tracked(a.Value.LowerTriangle(), a.Error?.LowerTriangle());
    }

    /// <summary>Keeps entry (i, j) where <paramref name="keep"/> says so and sets the others to 0.</summary>
    public static Tracked Mask(Tracked a, Func<int, int, bool> keep)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(keep);
        return Map(a, matrix =>
        {
            var masked = matrix.Clone();
            masked.MapIndexedInplace((i, j, value) => keep(i, j) ? value : 0, Zeros.Include);
            return masked;
        });
    }

    /// <summary>Row-wise softmax of scale·A, over all entries or over those j ≤ i that <paramref name="allowed"/> admits; other entries are 0.</summary>
    /// <param name="scores">A, [rows × columns], square if causal.</param>
    /// <param name="scale">The factor before the exponential.</param>
    /// <param name="causal">Whether entries j &gt; i are left out.</param>
    /// <param name="allowed">[rows × columns] of 0 and 1, at least one 1 in every row (with j ≤ i if causal); null admits all.</param>
    /// <remarks>
    /// With errors e_j on the scaled scores, each weight moves by at most the factor exp(±(e_j + max e)): numerator and denominator move by
    /// at most exp(±e). Rounding adds u·|x_j − max| from the difference in the exponent and γ from exp, sum and quotient.
    /// </remarks>
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
            var source = Dense.Column(scores.Value, j);
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
            var source = Dense.Column(scores.Value, j);
            var target = Dense.Column(weights, j);
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
            var target = Dense.Column(weights, j);
            for (var i = causal ? j : 0; i < rows; i++)
            {
                target[i] /= sum[i];
            }
        }

        return new Tracked(weights, Tracks ? SoftmaxError(scores, scale, largest, weights) : null);
    }

    /// <summary>
    /// w·n + (1 − w)·x with n = (x − μ)/s, μ = Σ w x/Σ w and s = √(eps + Σ (w(x − μ))²/Σ w), row by row: normalisation of one slot behind a
    /// feature gate w that is the same for all its coordinates.
    /// </summary>
    /// <param name="x">The slot, [rows × D_aux].</param>
    /// <param name="w">The feature gate ρ.</param>
    /// <param name="epsilon">eps.</param>
    public Tracked GatedNormalise(Tracked x, TrackedScalar w, double epsilon)
    {
        ArgumentNullException.ThrowIfNull(x);
        int rows = x.RowCount, width = x.ColumnCount;
        var result = Matrix<double>.Build.Dense(rows, width);
        var error = Tracks ? Matrix<double>.Build.Dense(rows, width) : null;
        var row = new double[width];
        for (var t = 0; t < rows; t++)
        {
            var mean = 0.0;
            for (var c = 0; c < width; c++)
            {
                row[c] = x.Value.At(t, c);
                mean += row[c];
            }

            // Σ w x/Σ w with equal w is the plain mean; the second moment keeps one factor w of its two.
            mean /= width;
            var moment = 0.0;
            for (var c = 0; c < width; c++)
            {
                moment += (row[c] - mean) * (row[c] - mean);
            }

            var deviation = Math.Sqrt(epsilon + (w.Value * moment / width));
            for (var c = 0; c < width; c++)
            {
                result.At(t, c, (w.Value * ((row[c] - mean) / deviation)) + ((1 - w.Value) * row[c]));
            }

            if (error is not null)
            {
                NormalisationError(x, w, t, mean, deviation, error);
            }
        }

        return new Tracked(result, error);
    }

    /// <summary>σ(A), entry by entry.</summary>
    /// <remarks>
    /// The inherited error enters with |σ′| ≤ 1.13 (gelu and gelu_new; relu has 1). An evaluation rounds a handful of times relative to |σ|,
    /// and rounds the argument of its exponential, which moves σ by at most a few u·|z|.
    /// </remarks>
    public Tracked Activate(Tracked a, ActivationKind kind)
    {
        ArgumentNullException.ThrowIfNull(a);
        var value = a.Value.Map(z => ActivationFunction.Value(kind, z), Zeros.Include);
        if (!Tracks)
        {
            return new Tracked(value);
        }

        var error = kind == ActivationKind.Relu
            ? Matrix<double>.Build.Dense(a.RowCount, a.ColumnCount)
            : a.Value.Map(z => Gamma(2 * ElementaryRoundings) * Math.Abs(z), Zeros.Include);
        Accumulate(error, a.Error?.Multiply(kind == ActivationKind.Relu ? 1 : LargestSlope));
        return new Tracked(value, error);
    }

    /// <summary>An upper bound of sup|σ′| for gelu (1.1290) and gelu_new (1.1290).</summary>
    private const double LargestSlope = 1.13;

    private Matrix<double> SoftmaxError(Tracked scores, double scale, double[] largest, Matrix<double> weights)
    {
        // The error of an exponent: inherited, from scaling, and from the difference to the largest.
        var exponents = Matrix<double>.Build.Dense(weights.RowCount, weights.ColumnCount, (i, j) =>
        {
            var x = scale * scores.Value.At(i, j);
            return weights.At(i, j) == 0
                ? 0
                : (Math.Abs(scale) * (scores.Error?.At(i, j) ?? 0)) + (4 * UnitRoundoff * (Math.Abs(x) + Math.Abs(x - largest[i])));
        });
        var worst = exponents.FoldByRow((largestSoFar, value) => Math.Max(largestSoFar, value), 0.0).ToArray();
        return exponents.MapIndexed(
            (i, j, exponent) =>
                weights.At(i, j) * (Math.Exp(exponent + worst[i]) - 1 + Gamma(weights.ColumnCount + (2 * ElementaryRoundings))),
            Zeros.Include);
    }

    private void NormalisationError(Tracked x, TrackedScalar w, int t, double mean, double deviation, Matrix<double> error)
    {
        var width = x.ColumnCount;
        double meanError = 0, meanSize = 0;
        for (var c = 0; c < width; c++)
        {
            meanError += (x.Error?.At(t, c) ?? 0) / width;
            meanSize += Math.Abs(x.Value.At(t, c)) / width;
        }

        meanError += Gamma(width + 4) * (meanSize + meanError);

        // Errors of the centred entries, and from them of the second moment under the root.
        var momentError = Gamma(width + 8) * deviation * deviation;
        for (var c = 0; c < width; c++)
        {
            var centred = Math.Abs(x.Value.At(t, c) - mean);
            var inherited = CentredError(x, t, c, centred, meanError);
            momentError += (w.Value + w.Error) * ((2 * centred) + inherited) * inherited / width;
        }

        momentError += w.Error * deviation * deviation;
        var floor = Math.Sqrt(Math.Max((deviation * deviation) - momentError, 0));
        var deviationError = (momentError / (deviation + floor)) + (2 * UnitRoundoff * deviation);
        var smallest = Math.Max(deviation - deviationError, double.Epsilon);
        for (var c = 0; c < width; c++)
        {
            var (value, inheritedError) = (Math.Abs(x.Value.At(t, c)), x.Error?.At(t, c) ?? 0);
            var centred = Math.Abs(x.Value.At(t, c) - mean);
            var normal = centred / deviation;
            var normalError = ((CentredError(x, t, c, centred, meanError) + (normal * deviationError)) / smallest) + (UnitRoundoff * normal);
            error.At(t, c, ((w.Value + w.Error) * normalError) + ((1 - w.Value + w.Error) * inheritedError)
                + ((w.Error + UnitRoundoff) * (normal + value)) + (3 * UnitRoundoff * (normal + ((1 - w.Value) * value))));
        }
    }

    private double CentredError(Tracked x, int t, int c, double centred, double meanError) =>
        (x.Error?.At(t, c) ?? 0) + meanError + (UnitRoundoff * centred);
}
