using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Reference.Certificates;

/// <summary>
/// How far the exact value of N(σ(z + g/N) − σ(z)), or (N/2)(σ(z + g/N) − σ(z − g/N)) with the central stencil, can be from σ′(z)g: the truncation error
/// of activation's backward, without rounding (for that see <see cref="ScaledDifference"/>).
/// </summary>
public static class ActivationCertificate
{
    /// <summary>The bound of the forward stencil.</summary>
    /// <inheritdoc cref="Bound(ActivationCurvature, double, double, Stencil)" path="/exception"/>
    public static double Bound(ActivationCurvature curvature, double g, double scale) => Bound(curvature, g, scale, Stencil.Forward);

    /// <summary>
    /// min(S g²/(2N), spread·|g|) with S = sup|σ″| and spread ≥ sup σ′ − inf σ′ over all reals; for the central stencil the least of these and sup|σ‴||g|³/(6N²).
    /// </summary>
    /// <exception cref="RuleViolationException">An argument is not finite, or N is not positive.</exception>
    public static double Bound(ActivationCurvature curvature, double g, double scale, Stencil stencil)
    {
        ArgumentNullException.ThrowIfNull(curvature);
        ArgumentNullException.ThrowIfNull(stencil);
        return Bound(curvature, curvature.SecondDerivativeBound, curvature.ThirdDerivativeBound, Require.Finite(g, "g"), scale, stencil);
    }

    /// <summary>The local bound of the forward stencil.</summary>
    /// <inheritdoc cref="LocalBound(ActivationCurvature, double, double, double, Stencil)" path="/exception"/>
    public static double LocalBound(ActivationCurvature curvature, double z, double g, double scale) =>
        LocalBound(curvature, z, g, scale, Stencil.Forward);

    /// <summary>As the other bound, with suprema over the segment that holds z and both points of the stencil only.</summary>
    /// <exception cref="RuleViolationException">An argument is not finite, or N is not positive.</exception>
    public static double LocalBound(ActivationCurvature curvature, double z, double g, double scale, Stencil stencil)
    {
        ArgumentNullException.ThrowIfNull(curvature);
        ArgumentNullException.ThrowIfNull(stencil);
        Require.Finite(z, "z");
        Require.Finite(g, "g");
        var step = Interval.FromDouble(g) / Require.Positive(scale, "FiniteDifferenceScale");
        Interval ahead = z + step, behind = z + (stencil.Behind * step);
        var (lower, upper) = (Math.Min(z, Math.Min(ahead.Lower, behind.Lower)), Math.Max(z, Math.Max(ahead.Upper, behind.Upper)));
        return Bound(
            curvature,
            curvature.SecondDerivativeBoundBetween(lower, upper),
            stencil.Order > 1 ? curvature.ThirdDerivativeBoundBetween(lower, upper) : 0,
            g,
            scale,
            stencil);
    }

    /// <summary>The bound of the forward stencil for every entry of a whole module.</summary>
    /// <inheritdoc cref="Bound(ActivationKind, Matrix{double}, Matrix{double}, double, Stencil)" path="/param|/returns|/exception"/>
    public static Matrix<double> Bound(ActivationKind kind, Matrix<double> z, Matrix<double> g, double scale) =>
        Bound(kind, z, g, scale, Stencil.Forward);

    /// <summary>The bound for every entry of a whole module.</summary>
    /// <param name="kind">σ.</param>
    /// <param name="z">z, what the forward pass gave σ, [T × inner].</param>
    /// <param name="g">The gradient that arrives, [T × inner].</param>
    /// <param name="scale">N.</param>
    /// <param name="stencil">The finite difference.</param>
    /// <returns>Bounds on |error|, [T × inner].</returns>
    /// <exception cref="RuleViolationException">Shapes differ, an entry is not finite, or N is not positive.</exception>
    public static Matrix<double> Bound(ActivationKind kind, Matrix<double> z, Matrix<double> g, double scale, Stencil stencil)
    {
        ArgumentNullException.ThrowIfNull(z);
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(stencil);
        Require.Shape(g, z.RowCount, z.ColumnCount, "the gradient at the activation");
        if (kind == ActivationKind.Relu)
        {
            return z.Map2((at, gradient) => ReluCertificate.Bound(at, gradient, scale, stencil), g);
        }

        var curvature = ActivationCurvature.Of(kind);
        return z.Map2((at, gradient) => LocalBound(curvature, at, gradient, scale, stencil), g);
    }

    /// <summary>
    /// |σ′(z̃) − σ′(z)|·|g| for a forward pass that stored z̃ where the auxiliary model has z: at most S|z̃ − z||g|, S as in
    /// <see cref="LocalBound(ActivationCurvature, double, double, double)"/>; for relu |g| if z and z̃ differ in sign.
    /// </summary>
    /// <returns>Bounds on |error|, [T × inner].</returns>
    /// <exception cref="RuleViolationException">Shapes differ or an entry is not finite.</exception>
    public static Matrix<double> Drift(ActivationKind kind, Matrix<double> z, Matrix<double> stored, Matrix<double> g)
    {
        ArgumentNullException.ThrowIfNull(z);
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(g);
        Require.Shape(stored, z.RowCount, z.ColumnCount, "the stored argument of the activation");
        Require.Shape(g, z.RowCount, z.ColumnCount, "the gradient at the activation");
        Require.Finite(z, "the argument of the activation");
        Require.Finite(stored, "the stored argument of the activation");
        Require.Finite(g, "the gradient at the activation");
        return Matrix<double>.Build.Dense(z.RowCount, z.ColumnCount, (row, column) =>
            Slope(kind, z.At(row, column), stored.At(row, column)) * Math.Abs(g.At(row, column)));
    }

    private static double Slope(ActivationKind kind, double z, double stored)
    {
        if (kind == ActivationKind.Relu)
        {
            return Math.Abs(ActivationFunction.Derivative(kind, z) - ActivationFunction.Derivative(kind, stored));
        }

        var curvature = ActivationCurvature.Of(kind);
        return FloatingPoint.Up(Math.Min(
            curvature.DerivativeSpread, curvature.SecondDerivativeBoundBetween(z, stored) * Math.Abs(stored - z)));
    }

    /// <summary>With the points on both sides, S g²/(2N) holds as well: ∫|t|dt from −h to h is h².</summary>
    private static double Bound(ActivationCurvature curvature, double second, double third, double g, double scale, Stencil stencil)
    {
        var magnitude = Math.Abs(g);
        var taylor = magnitude / (2 * Require.Positive(scale, "FiniteDifferenceScale")) * second * magnitude;
        if (stencil.Order > 1)
        {
            taylor = Math.Min(taylor, stencil.Remainder * third * magnitude * (magnitude / scale) * (magnitude / scale));
        }

        return FloatingPoint.Up(Math.Min(taylor, curvature.DerivativeSpread * magnitude));
    }
}
