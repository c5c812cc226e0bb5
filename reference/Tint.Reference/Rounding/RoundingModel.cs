using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Rounding;

/// <summary>
/// How rounding errors arise and how they travel: for each operation, the error of its result from the errors of its operands and its own
/// roundings at unit roundoff u. Two computations with roundoffs u₁ and u₂ differ by no more than the model says for u₁ + u₂.
/// </summary>
public abstract class RoundingModel
{
    /// <summary>u = 2⁻⁵³, the unit roundoff of a double.</summary>
    public const double DoubleRoundoff = 1.1102230246251565e-16;

    /// <summary>u = 2⁻²⁴, the unit roundoff of a float.</summary>
    public const double SingleRoundoff = 5.9604644775390625e-8;

    /// <summary>Roundings charged for one exp, tanh or erf: implementations in use stay within a few units in the last place.</summary>
    protected const double ElementaryRoundings = 4;

    private protected RoundingModel(double unitRoundoff, double? underflow)
    {
        UnitRoundoff = Require.Positive(unitRoundoff, "unit roundoff");
        Underflow = underflow is { } given ? Require.Positive(given, "underflow")
            : double.Epsilon + (unitRoundoff < SingleRoundoff ? double.Epsilon : float.Epsilon);
    }

    /// <summary>u.</summary>
    public double UnitRoundoff { get; }

    /// <summary>
    /// What a product, a quotient or an elementary function can lose, beyond u times the result, where the result is subnormal: the sum of the
    /// least subnormals η of both computations. Where none is given: that of float32 and float64 from u = 2⁻²⁴ on, else twice that of float64.
    /// </summary>
    /// <remarks>
    /// Gradual underflow rounds to a multiple of η and so loses at most η/2. The other half pays for the bounds, which are doubles themselves and
    /// round where the numbers do. A sum that underflows is exact. Subnormals that are flushed to zero are not allowed for.
    /// </remarks>
    public double Underflow { get; }

    /// <summary>The bound that the tracked errors stand for, entry by entry.</summary>
    public abstract Matrix<double> Bound(Matrix<double> errors);

    /// <summary>The bound that a tracked error stands for.</summary>
    public abstract double Bound(double tracked);

    /// <summary>The error of a sum of two quantities with these errors.</summary>
    public abstract double Combine(double first, double second);

    /// <summary>The relative error of a result behind <paramref name="count"/> roundings in a row or a sum of that many terms.</summary>
    public abstract double Accumulated(double count);

    /// <summary>The error of a product of matrices, each entry a sum of as many products as A has columns.</summary>
    /// <param name="a">A, [m × k].</param>
    /// <param name="aErrors">Its errors; null for none.</param>
    /// <param name="b">B, [k × n].</param>
    /// <param name="bErrors">Its errors; null for none.</param>
    internal abstract Matrix<double> Product(Matrix<double> a, Matrix<double>? aErrors, Matrix<double> b, Matrix<double>? bErrors);

    /// <summary>The errors of one row of softmax weights.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="exponents">The errors of the exponents; negative where an entry was left out, which rounds nothing.</param>
    /// <param name="errors">Receives the errors.</param>
    /// <remarks>
    /// A softmax does not care for a shift of all exponents, so a weight's sensitivity is a_j Σ_{k≠j} a_k, which vanishes as the row becomes
    /// one-hot; and weights lie between 0 and 1. So a bound stays finite whatever the scores: no weight moves by more than max(a_j, Σ_{k≠j} a_k).
    /// </remarks>
    internal abstract void Softmax(ReadOnlySpan<double> weights, ReadOnlySpan<double> exponents, Span<double> errors);

    /// <summary>The errors of one row of normalised values n = (x − μ)/s with s = √(eps + w·mean((x − μ)²)).</summary>
    /// <param name="x">The row before normalisation.</param>
    /// <param name="xErrors">Its errors.</param>
    /// <param name="w">The feature gate w.</param>
    /// <param name="wError">Its error.</param>
    /// <param name="mean">μ.</param>
    /// <param name="deviation">s.</param>
    /// <param name="errors">Receives the errors of n.</param>
    /// <remarks>
    /// Mean and second moment are quotients Σ w(…)/Σ w of two sums of D_aux terms: 2·D_aux roundings each, and a few more for products, quotient
    /// and root. A sum of equal gates rounds off the same way again and again, so that its part is no rare thing.
    /// </remarks>
    internal abstract void Normalise(
        ReadOnlySpan<double> x, ReadOnlySpan<double> xErrors, double w, double wError, double mean, double deviation, Span<double> errors);

    /// <summary>The error of a sum from the errors of its operands, plus the rounding of the sum itself.</summary>
    internal Matrix<double> Sum(Matrix<double> sum, Matrix<double>? first, Matrix<double>? second) =>
        Matrix<double>.Build.Dense(sum.RowCount, sum.ColumnCount, (i, j) => Combine(
            Combine(first?.At(i, j) ?? 0, second?.At(i, j) ?? 0), UnitRoundoff * Math.Abs(sum.At(i, j))));

    /// <summary>The error of c·x.</summary>
    internal double Scaled(double x, double error, double c, double cError)
    {
        var isExact = x == 0 || (Math.Abs(c) == 1 && cError == 0);
        var rounding = isExact ? 0 : (UnitRoundoff * Math.Abs(c) * Math.Abs(x)) + (2 * Underflow);
        return Combine((Math.Abs(c) + cError) * error, (cError * Math.Abs(x)) + rounding);
    }

    /// <summary>The error of σ(z): inherited through the slope, and a few roundings of a result and an argument no larger than |z|.</summary>
    internal double Activated(double z, double error, double slope, bool isExact) =>
        Combine(slope * error, isExact || z == 0 ? 0 : (Accumulated(2 * ElementaryRoundings) * Math.Abs(z)) + (2 * ElementaryRoundings * Underflow));

    /// <summary>The error of scale·x − largest, the exponent of a softmax.</summary>
    /// <remarks>Two roundings of scale·x, the factor's and the product's, as many of the largest, and one of the difference.</remarks>
    internal double Exponent(double x, double error, double scale, double largest) => Combine(
        Math.Abs(scale) * error, (4 * UnitRoundoff * (Math.Abs(scale * x) + Math.Abs((scale * x) - largest))) + (2 * Underflow));

    /// <summary>Σ_{k≠j} a_k for every j, without cancellation: the sum less a_j, but for the largest weight the sum of the others.</summary>
    /// <returns>The place of the largest weight, and the sum of the others.</returns>
    private protected static (int Peak, double Others) Peak(ReadOnlySpan<double> weights)
    {
        var (peak, others) = (0, 0.0);
        for (var j = 1; j < weights.Length; j++)
        {
            peak = weights[j] > weights[peak] ? j : peak;
        }

        for (var j = 0; j < weights.Length; j++)
        {
            others += j == peak ? 0 : weights[j];
        }

        return (peak, others);
    }

    /// <summary>What the exponential, the sum and the quotient of a softmax weight a lose themselves.</summary>
    private protected double SoftmaxRounding(double weight, int count) =>
        (weight * Accumulated(count + (2 * ElementaryRoundings))) + ((count + 1) * ElementaryRoundings * Underflow);
}
