using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.Simulation;

namespace Tint.Reference.Certificates;

/// <summary>
/// How far softmax attention over positions and twins can be from the linear attention that it stands for: bounds of order 1/M² on each entry of what modules write, with gates of 1.
/// Derivation: certificates.md, section 12.
/// </summary>
/// <remarks>Source: C40.</remarks>
public static class TwinCertificate
{
    /// <summary>Roundings of an exponential, a division and the products behind them.</summary>
    private const double Elementary = 8;

    /// <summary>
    /// κ: |φ(s_j) − s_j| ≤ κ|s_j| for each score of one softmax, the larger of (S²/6M²)cosh(S/M), S the largest |s|, and the mean over all pairs of cosh(s/M) − 1.
    /// </summary>
    /// <param name="scores">The scores, any number up to P; the other pairs score 0.</param>
    /// <param name="pairs">P.</param>
    /// <param name="scale">M.</param>
    /// <exception cref="RuleViolationException">A score is not finite, M is not positive, or there are more scores than pairs.</exception>
    public static double Relative(IReadOnlyCollection<double> scores, int pairs, double scale)
    {
        ArgumentNullException.ThrowIfNull(scores);
        Require.Positive(scale, "TwinScale");
        if (scores.Count > Require.AtLeast(pairs, 1, "pairs"))
        {
            throw new RuleViolationException("a softmax must have a pair for every score", $"{scores.Count} scores for {pairs} pairs", "pass more pairs");
        }

        var (largest, sum) = (0.0, 0.0);
        foreach (var score in scores)
        {
            var exponent = Math.Abs(Require.Finite(score, "a score")) / scale;
            largest = Math.Max(largest, exponent);
            sum += 2 * Math.Pow(Math.Sinh(exponent / 2), 2);
        }

        return FloatingPoint.Up(Math.Max(largest * largest / 6 * Math.Cosh(largest), sum / pairs), scores.Count + 8L);
    }

    /// <summary>Bounds on a forward module's output against W x + b, [T × out].</summary>
    /// <param name="configuration">The TinT, with M and K.</param>
    /// <param name="layer">W and b.</param>
    /// <param name="x">X, [T × in].</param>
    /// <exception cref="RuleViolationException">A shape does not fit, or a number is not finite.</exception>
    public static Matrix<double> Forward(TintConfiguration configuration, LinearParameters layer, Matrix<double> x)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(x);
        Require.Shape(x, x.RowCount, layer.Weight.ColumnCount, "the layer's input");
        var (shard, scale) = (configuration.PrefixCount, configuration.TwinScale);
        var ofBias = Relative([1], shard, scale);
        var bound = Matrix<double>.Build.Dense(x.RowCount, layer.Weight.RowCount, (_, r) => ofBias * Math.Abs(layer.Bias[r]));
        for (var first = 0; first < x.ColumnCount; first += shard)
        {
            var width = Math.Min(shard, x.ColumnCount - first);
            bound += OnPrefixes(configuration, ColumnMajor.ProductWithTransposed(
                x.SubMatrix(0, x.RowCount, first, width), layer.Weight.SubMatrix(0, layer.Weight.RowCount, first, width)));
        }

        return Up(bound, x.ColumnCount);
    }

    /// <summary>Bounds on a backward module's output against Wᵀ g, [T × in].</summary>
    /// <param name="configuration">The TinT, with M and K.</param>
    /// <param name="weight">W, [out × in].</param>
    /// <param name="gradient">Rows g_t, [T × out].</param>
    /// <exception cref="RuleViolationException">A shape does not fit, or a number is not finite.</exception>
    public static Matrix<double> Backward(TintConfiguration configuration, Matrix<double> weight, Matrix<double> gradient)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(gradient);
        Require.Shape(gradient, gradient.RowCount, weight.RowCount, "the output gradient");
        return Up(OnPrefixes(configuration, gradient) * weight.PointwiseAbs(), weight.RowCount);
    }

    /// <summary>Bounds on what a descent subtracts against Σ_t m_t g_t x_tᵀ, [out × in], and Σ_t m_t g_t, [out], both before η.</summary>
    /// <param name="configuration">The TinT, with M and T_max.</param>
    /// <param name="gradient">Rows g_t, [T × out].</param>
    /// <param name="input">Rows x_t, [T × in].</param>
    /// <param name="trainMask">m, [T] of 0 and 1.</param>
    /// <exception cref="RuleViolationException">A shape or the mask breaks a rule, or a number is not finite.</exception>
    public static LinearParameters Descent(
        TintConfiguration configuration, Matrix<double> gradient, Matrix<double> input, IReadOnlyList<double> trainMask)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(input);
        Require.Shape(input, gradient.RowCount, input.ColumnCount, "the memory of the layer's input");
        var (trained, places, scale) = (new TrainedTokens(trainMask, gradient.RowCount), configuration.Auxiliary.MaximumPositions, configuration.TwinScale);
        if (trained.None)
        {
            return new LinearParameters(
                Matrix<double>.Build.Dense(gradient.ColumnCount, input.ColumnCount), Vector<double>.Build.Dense(gradient.ColumnCount));
        }

        var (g, x) = (trained.Select(gradient), trained.Select(input).PointwiseAbs());
        var weighted = Matrix<double>.Build.DenseOfColumnVectors(g.EnumerateColumns().Select(column => Relative(column.ToArray(), places, scale) * column.PointwiseAbs()));
        var ofBias = Relative([.. Enumerable.Repeat(1.0, g.RowCount)], places, scale);
        return new LinearParameters(
            Up(weighted.TransposeThisAndMultiply(x), g.RowCount),
            Up((ofBias * g.PointwiseAbs().ColumnSums()).ToRowMatrix(), g.RowCount).Row(0));
    }

    /// <summary>Bounds on a product of signals against a∘b, |a|³|b|/(3M²) and at most |a||b|; [T × width].</summary>
    /// <param name="configuration">The TinT, with M.</param>
    /// <param name="left">a, the factor that is the query.</param>
    /// <param name="right">b.</param>
    /// <exception cref="RuleViolationException">Shapes differ, or a number is not finite.</exception>
    public static Matrix<double> Product(TintConfiguration configuration, Matrix<double> left, Matrix<double> right)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        Require.Shape(right, left.RowCount, left.ColumnCount, "the second factor of a product");
        Require.Finite(left, "the first factor of a product");
        Require.Finite(right, "the second factor of a product");
        return left.Map2(
            (a, b) => FloatingPoint.Up(Math.Min(Math.Pow(a / configuration.TwinScale, 2) / 3, 1) * Math.Abs(a) * Math.Abs(b)), right, Zeros.Include);
    }

    /// <summary>A bound on the rounding of a head's output, for values whose sizes add up to 1: M·u·(2P + 8 + 4S/M)·cosh(S/M), to first order in u.</summary>
    /// <param name="largest">S, the largest score.</param>
    /// <param name="pairs">P.</param>
    /// <param name="scale">M.</param>
    /// <param name="format">The arithmetic, with u.</param>
    public static double Rounding(double largest, int pairs, double scale, FloatingPoint format)
    {
        ArgumentNullException.ThrowIfNull(format);
        var exponent = Require.Finite(largest, "the largest score") / Require.Positive(scale, "TwinScale");
        var operations = (2.0 * Require.AtLeast(pairs, 1, "pairs")) + Elementary + (4 * Math.Abs(exponent));
        return FloatingPoint.Up(scale * format.UnitRoundoff * operations * Math.Cosh(exponent));
    }

    /// <summary>
    /// The M at which the leading terms S³/(2M²) and M·u·(2P + 8), for values of size 1 and scores up to S, add up to least, M* = S·((2P + 8)u)^(−1/3), and what they are there.
    /// </summary>
    /// <param name="largest">S.</param>
    /// <param name="pairs">P.</param>
    /// <param name="format">The arithmetic, with u.</param>
    public static ScaledDifferenceOptimum Optimum(double largest, int pairs, FloatingPoint format)
    {
        ArgumentNullException.ThrowIfNull(format);
        var rounding = ((2.0 * Require.AtLeast(pairs, 1, "pairs")) + Elementary) * format.UnitRoundoff;
        var scale = Require.Positive(largest, "the largest score") / Math.Cbrt(rounding);
        return new(scale, 1.5 * rounding * scale);
    }

    /// <summary>κ|s| for scores on prefixes, [T × rows], those of one slot and chunk in one softmax.</summary>
    private static Matrix<double> OnPrefixes(TintConfiguration configuration, Matrix<double> scores)
    {
        var bound = Matrix<double>.Build.Dense(scores.RowCount, scores.ColumnCount);
        foreach (var columns in Enumerable.Range(0, scores.ColumnCount).GroupBy(column => SimulatedTwins.Softmax(configuration, column)).Select(static group => group.ToArray()))
        {
            for (var t = 0; t < scores.RowCount; t++)
            {
                var relative = Relative([.. columns.Select(column => scores[t, column])], configuration.PrefixCount, configuration.TwinScale);
                foreach (var column in columns)
                {
                    bound[t, column] = relative * Math.Abs(scores[t, column]);
                }
            }
        }

        return bound;
    }

    private static Matrix<double> Up(Matrix<double> bound, long terms) => bound.Map(value => FloatingPoint.Up(value, terms + 4), Zeros.Include);
}
