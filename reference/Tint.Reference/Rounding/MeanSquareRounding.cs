using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Primitives;

namespace Tint.Reference.Rounding;

/// <summary>
/// The running error bound for long chains: rounding errors are modelled as independent, of mean zero and at most u, their standard deviations
/// travel to first order with the squares of the factors, and a result is trusted to λ = 8 of them.
/// </summary>
/// <remarks>
/// This is the probabilistic error analysis of Higham and Mary (SIAM J. Sci. Comput. 41, 2019): a sum of k roundings is off by λ√k·u with
/// probability at least 1 − 2e^{−λ²/2} (Hoeffding), which for λ = 8 is 1 − 3e-14 a number. Roundings that cancel in truth, as those of the
/// stored x in N(f(x + u/N) − f(x)), are counted as if they did not. Errors that arrive together, correlated by a common cause, are not
/// counted twice; λ is there for them as well, and the ratio error/bound that every report gives says how much of it they use.
/// </remarks>
public sealed class MeanSquareRounding(double unitRoundoff) : RoundingModel(unitRoundoff)
{
    /// <summary>λ, the number of standard deviations that a bound allows.</summary>
    public const double Confidence = 8;

    /// <inheritdoc/>
    public override Matrix<double> Bound(Matrix<double> errors) => errors.Multiply(Confidence);

    /// <inheritdoc/>
    public override double Bound(double tracked) => Confidence * tracked;

    /// <inheritdoc/>
    public override double Combine(double first, double second) =>
        first == 0 ? second : second == 0 ? first : Math.Sqrt((first * first) + (second * second));

    /// <inheritdoc/>
    public override double Accumulated(double count) => Math.Sqrt(count) * UnitRoundoff;

    /// <inheritdoc/>
    internal override Matrix<double> Product(
        Tracked a, Tracked b, Func<Matrix<double>, Matrix<double>, Matrix<double>> multiply, int terms)
    {
        // √(A² E_B² + E_A² B²), inherited, and √k·u |A||B| for the sums of k products.
        var squares = multiply(a.Value.PointwiseAbs(), b.Value.PointwiseAbs()).Multiply(Accumulated(terms)).PointwisePower(2);
        if (b.Error is not null)
        {
            squares.Add(multiply(a.Value.PointwisePower(2), b.Error.PointwisePower(2)), squares);
        }

        if (a.Error is not null)
        {
            squares.Add(multiply(a.Error.PointwisePower(2), b.Value.PointwisePower(2)), squares);
        }

        return squares.PointwiseSqrt();
    }

    /// <inheritdoc/>
    /// <remarks>δa_j = a_j(δ_j − Σ_k a_k δ_k).</remarks>
    internal override void Softmax(ReadOnlySpan<double> weights, ReadOnlySpan<double> exponents, Span<double> errors)
    {
        var common = 0.0;
        for (var j = 0; j < weights.Length; j++)
        {
            common += weights[j] * weights[j] * exponents[j] * exponents[j];
        }

        for (var j = 0; j < weights.Length; j++)
        {
            errors[j] = weights[j] * Combine(
                Math.Sqrt((exponents[j] * exponents[j]) + common), Accumulated(weights.Length + (2 * ElementaryRoundings)));
        }
    }

    /// <inheritdoc/>
    /// <remarks>δn_i = (δ_i − mean δ − w·n_i mean(n δ))/s.</remarks>
    internal override void Normalise(
        ReadOnlySpan<double> x, ReadOnlySpan<double> xErrors, TrackedScalar w, double mean, double deviation, Span<double> errors)
    {
        var width = x.Length;
        double meanSquare = 0, alongSquare = 0, size = 0;
        for (var c = 0; c < width; c++)
        {
            var normal = (x[c] - mean) / deviation;
            var square = xErrors[c] * xErrors[c];
            meanSquare += square / width / width;
            alongSquare += w.Value * w.Value * normal * normal * square / width / width;
            size += Math.Abs(x[c]) / width;
        }

        var meanRounding = Accumulated((2 * width) + 4) * size;
        for (var c = 0; c < width; c++)
        {
            var normal = (x[c] - mean) / deviation;
            var inherited = Math.Sqrt((xErrors[c] * xErrors[c]) + meanSquare + (normal * normal * alongSquare));
            var rounding = Combine(meanRounding / deviation, (Accumulated((2 * width) + 12) + w.Error) * Math.Abs(normal));
            errors[c] = Combine(inherited / deviation, rounding);
        }
    }
}
