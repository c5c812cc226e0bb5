using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Rounding;

/// <summary>
/// The running error bound for long chains: rounding errors of different operations are modelled as independent, of mean zero and at most u, their
/// standard deviations travel to first order with the squares of the factors, and a result is trusted to λ = 8 of them.
/// </summary>
/// <remarks>
/// <para>
/// This is the probabilistic error analysis of Higham and Mary (SIAM J. Sci. Comput. 41, 2019): a sum of k roundings is off by λ√k·u with
/// probability at least 1 − 2e^{−λ²/2} (Hoeffding), which for λ = 8 is 1 − 3e-14 a number. What it assumes is independence, and that fails where
/// one rounding happens again and again:
/// </para>
/// <list type="bullet">
/// <item>within one sum, as where small terms of one sign are added to a large one and every one of them rounds away. So the k roundings of one
/// operation count as max(√k, k/λ) of a deviation: the bound on them, max(λ√k, k)·u, holds with certainty and in any order of summation;</item>
/// <item>across operations, where a batch repeats its rows: T equal tokens carry the same error T times. Errors of numbers that cannot be told
/// apart (<see cref="Repetition"/>) are added with absolute values before they are squared.</item>
/// </list>
/// <para>
/// Roundings that cancel in truth, as those of the stored x in N(f(x + u/N) − f(x)), are counted as if they did not. Correlation of another kind,
/// of numbers that differ but share an ancestor, is not looked for; λ is there for it, and the ratio error/bound that every report gives says how
/// much of it is used.
/// </para>
/// </remarks>
public sealed class MeanSquareRounding(double unitRoundoff, double? underflow = null) : RoundingModel(unitRoundoff, underflow)
{
    /// <summary>λ, the number of standard deviations that a bound allows.</summary>
    public const double Confidence = 8;

    /// <inheritdoc/>
    public override Matrix<double> Bound(Matrix<double> errors) => errors.Multiply(Confidence);

    /// <inheritdoc/>
    public override double Bound(double tracked) => Confidence * tracked;

    /// <inheritdoc/>
    public override double Combine(double first, double second) =>
        first == 0 ? second : second == 0 ? first : double.Hypot(first, second);

    /// <inheritdoc/>
    /// <remarks>max(√k, k/λ)·u: of one operation's own roundings the bound is certain.</remarks>
    public override double Accumulated(double count) => Math.Max(Math.Sqrt(count), count / Confidence) * UnitRoundoff;

    /// <inheritdoc/>
    internal override Matrix<double> Product(Matrix<double> a, Matrix<double>? aErrors, Matrix<double> b, Matrix<double>? bErrors)
    {
        // √(A² E_B² + E_A² (B + E_B)²), inherited, and u |A||B| for the sums of k products, each of which may underflow.
        var (absA, absB) = (a.PointwiseAbs(), b.PointwiseAbs());
        var error = ColumnMajor.Product(absA, absB).Multiply(Accumulated(a.ColumnCount)).Add(2 * a.ColumnCount * Underflow);
        if (bErrors is not null)
        {
            // (A·B)ᵀ = Bᵀ·Aᵀ: the columns of B are the rows of a left factor.
            var inherited = Repetition.Through(b.Transpose(), bErrors.Transpose(), absA.Transpose());
            error.MapIndexedInplace((i, j, own) => Combine(own, inherited.At(j, i)), Zeros.Include);
        }

        if (aErrors is not null)
        {
            var inherited = Repetition.Through(a, aErrors, bErrors is null ? absB : absB + bErrors);
            error.MapIndexedInplace((i, j, own) => Combine(own, inherited.At(i, j)), Zeros.Include);
        }

        return error;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// δa_j = a_j Σ_{k≠j} a_k(δ_j − δ_k) to first order; with errors that are not small the weights themselves grow on the way, each by at most
    /// exp(2 max δ).
    /// </remarks>
    internal override void Softmax(ReadOnlySpan<double> weights, ReadOnlySpan<double> exponents, Span<double> errors)
    {
        var worst = 0.0;
        for (var j = 0; j < weights.Length; j++)
        {
            errors[j] = Math.Max(exponents[j], 0);
            worst = Math.Max(worst, exponents[j]);
        }

        var (peak, others) = Peak(weights);
        var moves = new double[weights.Length];
        for (var j = 0; j < weights.Length; j++)
        {
            moves[j] = weights[j] * errors[j];
        }

        var groups = Repetition.Of(weights, moves);
        var common = Repetition.Norm(groups, weights, errors);
        var own = errors[peak];
        errors[peak] = 0;
        var commonOfPeak = Repetition.Norm(groups, weights, errors);
        errors[peak] = own;
        var growth = Math.Exp(4 * Bound(worst));
        for (var j = 0; j < weights.Length; j++)
        {
            var (weight, rest) = (weights[j] + Underflow, (j == peak ? others : others + weights[peak] - weights[j]) + Underflow);
            var moved = weight * (growth * Combine(rest * errors[j], j == peak ? commonOfPeak : common));
            errors[j] = exponents[j] < 0
                ? 0
                : Combine(Math.Min(moved, Math.Max(weight, rest) / Confidence), SoftmaxRounding(weights[j], weights.Length));
        }
    }

    /// <inheritdoc/>
    /// <remarks>δn_i = (δ_i − mean δ − w·n_i mean(n δ))/s.</remarks>
    internal override void Normalise(
        ReadOnlySpan<double> x, ReadOnlySpan<double> xErrors, double w, double wError, double mean, double deviation, Span<double> errors)
    {
        var width = x.Length;
        var (shares, normals) = (new double[width], new double[width]);
        Array.Fill(shares, 1.0 / width);
        var size = 0.0;
        for (var c = 0; c < width; c++)
        {
            normals[c] = w * Math.Abs(x[c] - mean) / deviation / width;
            size += Math.Abs(x[c]) / width;
        }

        var groups = Repetition.Of(x, xErrors);
        var (ofMean, along) = (Repetition.Norm(groups, shares, xErrors), Repetition.Norm(groups, normals, xErrors));
        var meanRounding = (Accumulated((2 * width) + 4) * size) + (4 * Underflow);
        var ofRoot = 4 * Underflow / deviation / deviation;
        for (var c = 0; c < width; c++)
        {
            var normal = Math.Abs(x[c] - mean) / deviation;
            var inherited = Combine(Combine(xErrors[c], ofMean), normal * along);
            var relative = Accumulated((2 * width) + 12) + wError + ofRoot;
            errors[c] = Combine(Combine(inherited / deviation, meanRounding / deviation), (relative * normal) + (2 * Underflow));
        }
    }
}
