using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Certificates;

/// <summary>
/// Rounding of N(σ(z + g/N) − σ(z)) in floating point, and the N at which rounding and truncation balance.
/// </summary>
/// <remarks>
/// Covers g/N and g·fl(1/N), N(a − b) and Na − Nb, with or without fused multiply-add. Derivation: certificates.md, section 5.
/// </remarks>
public static class ScaledDifference
{
    /// <summary>
    /// A bound on |fl(N(σ(z + g/N) − σ(z))) − N(σ(z + g/N) − σ(z))|, about N·u·(L + 2c + 2)|z| + u·(4L + c + 1)|g|.
    /// </summary>
    /// <param name="curvature">σ with L ≥ sup|σ′| and its evaluation error c.</param>
    /// <param name="z">z.</param>
    /// <param name="g">g.</param>
    /// <param name="scale">N.</param>
    /// <param name="format">The arithmetic, with u.</param>
    /// <exception cref="RuleViolationException">An argument is not finite, or N is not positive.</exception>
    public static double Rounding(ActivationCurvature curvature, double z, double g, double scale, FloatingPoint format)
    {
        ArgumentNullException.ThrowIfNull(curvature);
        return Rounding(curvature.DerivativeBound, curvature.EvaluationError, z, g, scale, format);
    }

    /// <summary>As the other overload for relu: L = 1, and σ is evaluated exactly, c = 0.</summary>
    /// <exception cref="RuleViolationException">An argument is not finite, or N is not positive.</exception>
    public static double ReluRounding(double z, double g, double scale, FloatingPoint format) => Rounding(1, 0, z, g, scale, format);

    /// <summary>The bounds for every entry of a whole module, [T × inner].</summary>
    /// <exception cref="RuleViolationException">Shapes differ, an entry is not finite, or N is not positive.</exception>
    public static Matrix<double> Rounding(
        ActivationKind kind, Matrix<double> z, Matrix<double> g, double scale, FloatingPoint format)
    {
        ArgumentNullException.ThrowIfNull(z);
        ArgumentNullException.ThrowIfNull(g);
        Require.Shape(g, z.RowCount, z.ColumnCount, "the gradient at the activation");
        if (kind == ActivationKind.Relu)
        {
            return z.Map2((at, gradient) => ReluRounding(at, gradient, scale, format), g);
        }

        var curvature = ActivationCurvature.Of(kind);
        return z.Map2((at, gradient) => Rounding(curvature, at, gradient, scale, format), g);
    }

    /// <summary>
    /// The minimum over N of the sum over entries of S g²/(2N) + N u (L + 2c + 2)|z| + u(4L + c + 1)|g|, the leading terms of truncation and
    /// rounding: N* = √(S Σg²/(2u(L + 2c + 2)Σ|z|)).
    /// </summary>
    /// <param name="curvature">σ, with S = sup|σ″|.</param>
    /// <param name="z">z, any number of entries.</param>
    /// <param name="g">g, as many.</param>
    /// <param name="format">The arithmetic, with u.</param>
    /// <exception cref="RuleViolationException">Lengths differ or an entry is not finite.</exception>
    public static ScaledDifferenceOptimum Optimum(
        ActivationCurvature curvature, Vector<double> z, Vector<double> g, FloatingPoint format)
    {
        ArgumentNullException.ThrowIfNull(curvature);
        ArgumentNullException.ThrowIfNull(z);
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(format);
        Require.Length(g, z.Count, "g");
        Require.Finite(z, "z");
        Require.Finite(g, "g");
        var truncation = curvature.SecondDerivativeBound * g.DotProduct(g) / 2;
        var rounding = format.UnitRoundoff * (curvature.DerivativeBound + (2 * curvature.EvaluationError) + 2) * z.L1Norm();
        var floor = format.UnitRoundoff * ((4 * curvature.DerivativeBound) + curvature.EvaluationError + 1) * g.L1Norm();
        var scale = truncation == 0 ? 0 : rounding == 0 ? double.PositiveInfinity : Math.Sqrt(truncation / rounding);
        return new(scale, (2 * Math.Sqrt(truncation * rounding)) + floor);
    }

    private static double Rounding(double slope, double evaluation, double z, double g, double scale, FloatingPoint format)
    {
        ArgumentNullException.ThrowIfNull(format);
        var step = Math.Abs(Require.Finite(g, "g")) / Require.Positive(scale, "FiniteDifferenceScale");
        var start = Math.Abs(Require.Finite(z, "z"));
        var unit = format.UnitRoundoff;
        var end = Math.Abs(z + (g / scale)) + (FloatingPoint.Binary64.Gamma(2) * (start + step));
        var tiny = format.SmallestSubnormal;

        // The point at which σ is evaluated, against z + g/N.
        var displaced = (unit * end) + ((1 + unit) * ((format.Gamma(2) * step) + tiny));
        var reached = end + displaced;

        // σ at both points, then the two products with N or the one difference, then the last operation.
        var values = (slope * displaced) + (evaluation * unit * (reached + start)) + (2 * evaluation * tiny);
        var magnitudes = (1 + (evaluation * unit)) * (reached + start);
        var before = (scale * values) + (unit * scale * magnitudes) + (2 * (scale + 1) * tiny);
        var result = slope * scale * step;
        return FloatingPoint.Up(before + (unit * (result + before)) + tiny);
    }
}
