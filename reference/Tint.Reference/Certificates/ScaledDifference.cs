using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Certificates;

/// <summary>
/// Rounding of N(σ(z + g/N) − σ(z)), or (N/2)(σ(z + g/N) − σ(z − g/N)) with the central stencil, in floating point, and the N at which rounding and
/// truncation balance.
/// </summary>
/// <remarks>
/// Covers g/N and g·fl(1/N), N(a − b) and Na − Nb, with or without fused multiply-add. Derivation: certificates.md, sections 5 and 10.
/// </remarks>
public static class ScaledDifference
{
    /// <summary>The bound on the forward stencil's rounding.</summary>
    /// <inheritdoc cref="Rounding(ActivationCurvature, double, double, double, FloatingPoint, Stencil)" path="/param|/exception"/>
    public static double Rounding(ActivationCurvature curvature, double z, double g, double scale, FloatingPoint format) =>
        Rounding(curvature, z, g, scale, format, Stencil.Forward);

    /// <summary>
    /// A bound on |fl(N(σ(z + g/N) − σ(z))) − N(σ(z + g/N) − σ(z))|, about N·u·(L + 2c + 2)|z| + u·(4L + c + 1)|g|; for the central stencil about
    /// N·u·(L + c + 1)|z| and as much again.
    /// </summary>
    /// <param name="curvature">σ with L ≥ sup|σ′| and its evaluation error c.</param>
    /// <param name="z">z.</param>
    /// <param name="g">g.</param>
    /// <param name="scale">N.</param>
    /// <param name="format">The arithmetic, with u.</param>
    /// <param name="stencil">The finite difference.</param>
    /// <exception cref="RuleViolationException">An argument is not finite, or N is not positive.</exception>
    public static double Rounding(ActivationCurvature curvature, double z, double g, double scale, FloatingPoint format, Stencil stencil)
    {
        ArgumentNullException.ThrowIfNull(curvature);
        return Rounding(curvature.DerivativeBound, curvature.EvaluationError, z, g, scale, format, stencil);
    }

    /// <summary>As the other overload for relu: L = 1, and σ is evaluated exactly, c = 0.</summary>
    /// <exception cref="RuleViolationException">An argument is not finite, or N is not positive.</exception>
    public static double ReluRounding(double z, double g, double scale, FloatingPoint format) => ReluRounding(z, g, scale, format, Stencil.Forward);

    /// <summary>As the other overload for relu: L = 1, and σ is evaluated exactly, c = 0.</summary>
    /// <exception cref="RuleViolationException">An argument is not finite, or N is not positive.</exception>
    public static double ReluRounding(double z, double g, double scale, FloatingPoint format, Stencil stencil) => Rounding(1, 0, z, g, scale, format, stencil);

    /// <summary>The bounds of the forward stencil for every entry of a whole module, [T × inner].</summary>
    /// <exception cref="RuleViolationException">Shapes differ, an entry is not finite, or N is not positive.</exception>
    public static Matrix<double> Rounding(ActivationKind kind, Matrix<double> z, Matrix<double> g, double scale, FloatingPoint format) =>
        Rounding(kind, z, g, scale, format, Stencil.Forward);

    /// <summary>The bounds for every entry of a whole module, [T × inner].</summary>
    /// <exception cref="RuleViolationException">Shapes differ, an entry is not finite, or N is not positive.</exception>
    public static Matrix<double> Rounding(
        ActivationKind kind, Matrix<double> z, Matrix<double> g, double scale, FloatingPoint format, Stencil stencil)
    {
        ArgumentNullException.ThrowIfNull(z);
        ArgumentNullException.ThrowIfNull(g);
        Require.Shape(g, z.RowCount, z.ColumnCount, "the gradient at the activation");
        if (kind == ActivationKind.Relu)
        {
            return z.Map2((at, gradient) => ReluRounding(at, gradient, scale, format, stencil), g);
        }

        var curvature = ActivationCurvature.Of(kind);
        return z.Map2((at, gradient) => Rounding(curvature, at, gradient, scale, format, stencil), g);
    }

    /// <summary>The bottom of the forward stencil's curve.</summary>
    /// <inheritdoc cref="Optimum(ActivationCurvature, Vector{double}, Vector{double}, FloatingPoint, Stencil)" path="/param|/exception"/>
    public static ScaledDifferenceOptimum Optimum(ActivationCurvature curvature, Vector<double> z, Vector<double> g, FloatingPoint format) =>
        Optimum(curvature, z, g, format, Stencil.Forward);

    /// <summary>
    /// The minimum over N of the sum over entries of the leading terms of truncation and rounding. Forward: S g²/(2N) + N u (L + 2c + 2)|z| + u(4L + c + 1)|g|, and
    /// N* = √(S Σg²/(2u(L + 2c + 2)Σ|z|)). Central: T|g|³/(6N²) + N u (L + c + 1)|z| + u(4L + c + 1)|g|, and N* = ∛(T Σ|g|³/(3u(L + c + 1)Σ|z|)).
    /// </summary>
    /// <param name="curvature">σ, with S = sup|σ″| and T = sup|σ‴|.</param>
    /// <param name="z">z, any number of entries.</param>
    /// <param name="g">g, as many.</param>
    /// <param name="format">The arithmetic, with u.</param>
    /// <param name="stencil">The finite difference.</param>
    /// <exception cref="RuleViolationException">Lengths differ or an entry is not finite.</exception>
    public static ScaledDifferenceOptimum Optimum(
        ActivationCurvature curvature, Vector<double> z, Vector<double> g, FloatingPoint format, Stencil stencil)
    {
        ArgumentNullException.ThrowIfNull(curvature);
        ArgumentNullException.ThrowIfNull(z);
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(stencil);
        Require.Length(g, z.Count, "g");
        Require.Finite(z, "z");
        Require.Finite(g, "g");
        double order = stencil.Order, slope = curvature.DerivativeBound, evaluation = curvature.EvaluationError;
        var derivative = stencil.Order > 1 ? curvature.ThirdDerivativeBound : curvature.SecondDerivativeBound;
        var truncation = stencil.Remainder * derivative * g.Sum(entry => Math.Pow(Math.Abs(entry), order + 1));
        var displaced = stencil.StartsAtPoint ? slope : 2 * slope;
        var rounding = format.UnitRoundoff * stencil.Weight * (displaced + (2 * evaluation) + 2) * z.L1Norm();
        var floor = format.UnitRoundoff * ((4 * slope) + evaluation + 1) * g.L1Norm();

        // A/N^p + B N is least where N^(p+1) = pA/B, and there it is (1 + 1/p)·B·N.
        var scale = truncation == 0 ? 0 : rounding == 0 ? double.PositiveInfinity : Math.Pow(order * truncation / rounding, 1 / (order + 1));
        return new(scale, (scale is 0 or double.PositiveInfinity ? 0 : (1 + (1 / order)) * rounding * scale) + floor);
    }

    private static double Rounding(double slope, double evaluation, double z, double g, double scale, FloatingPoint format, Stencil stencil)
    {
        ArgumentNullException.ThrowIfNull(format);
        var step = Math.Abs(Require.Finite(g, "g")) / Require.Positive(scale, "FiniteDifferenceScale");
        var start = Math.Abs(Require.Finite(z, "z"));
        var unit = format.UnitRoundoff;
        var slack = FloatingPoint.Binary64.Gamma(2) * (start + step);
        var tiny = format.SmallestSubnormal;

        // The points at which σ is evaluated, against z + g/N and the other one.
        var (ahead, behind) = (Reached(z + (g / scale)), stencil.StartsAtPoint ? (At: start, Off: 0) : Reached(z + (stencil.Behind * (g / scale))));
        var (reached, displaced) = (ahead.At + behind.At, ahead.Off + behind.Off);
        var weighted = scale * stencil.Weight;

        // σ at both points, then the two products with N or the one difference, then the last operation.
        var values = (slope * displaced) + (evaluation * unit * reached) + (2 * evaluation * tiny);
        var magnitudes = (1 + (evaluation * unit)) * reached;
        var before = (weighted * values) + (unit * weighted * magnitudes) + (2 * (weighted + 1) * tiny);
        var result = slope * scale * step;
        return FloatingPoint.Up(before + (unit * (result + before)) + tiny);

        (double At, double Off) Reached(double point)
        {
            var end = Math.Abs(point) + slack;
            var off = (unit * end) + ((1 + unit) * ((format.Gamma(2) * step) + tiny));
            return (end + off, off);
        }
    }
}
