using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Reference.Certificates;

/// <summary>
/// How far the exact value of N(σ(z + g/N) − σ(z)) can be from σ′(z)g: the truncation error of activation's backward, without rounding
/// (for that see <see cref="ScaledDifference"/>).
/// </summary>
public static class ActivationCertificate
{
    /// <summary>min(S g²/(2N), spread·|g|) with S = sup|σ″| and spread ≥ sup σ′ − inf σ′ over all reals.</summary>
    /// <exception cref="RuleViolationException">An argument is not finite, or N is not positive.</exception>
    public static double Bound(ActivationCurvature curvature, double g, double scale)
    {
        ArgumentNullException.ThrowIfNull(curvature);
        return Bound(curvature, curvature.SecondDerivativeBound, Require.Finite(g, "g"), scale);
    }

    /// <summary>As the other bound, with S = sup|σ″| over the segment from z to z + g/N only.</summary>
    /// <exception cref="RuleViolationException">An argument is not finite, or N is not positive.</exception>
    public static double LocalBound(ActivationCurvature curvature, double z, double g, double scale)
    {
        ArgumentNullException.ThrowIfNull(curvature);
        Require.Finite(z, "z");
        Require.Finite(g, "g");
        var end = z + (Interval.FromDouble(g) / Require.Positive(scale, "FiniteDifferenceScale"));
        var second = curvature.SecondDerivativeBoundBetween(Math.Min(z, end.Lower), Math.Max(z, end.Upper));
        return Bound(curvature, second, g, scale);
    }

    /// <summary>The bound for every entry of a whole module.</summary>
    /// <param name="kind">σ.</param>
    /// <param name="z">z, what the forward pass gave σ, [T × inner].</param>
    /// <param name="g">The gradient that arrives, [T × inner].</param>
    /// <param name="scale">N.</param>
    /// <returns>Bounds on |error|, [T × inner].</returns>
    /// <exception cref="RuleViolationException">Shapes differ, an entry is not finite, or N is not positive.</exception>
    public static Matrix<double> Bound(ActivationKind kind, Matrix<double> z, Matrix<double> g, double scale)
    {
        ArgumentNullException.ThrowIfNull(z);
        ArgumentNullException.ThrowIfNull(g);
        Require.Shape(g, z.RowCount, z.ColumnCount, "the gradient at the activation");
        if (kind == ActivationKind.Relu)
        {
            return z.Map2((at, gradient) => ReluCertificate.Bound(at, gradient, scale), g);
        }

        var curvature = ActivationCurvature.Of(kind);
        return z.Map2((at, gradient) => LocalBound(curvature, at, gradient, scale), g);
    }

    /// <summary>
    /// |σ′(z̃) − σ′(z)|·|g| for a forward pass that stored z̃ where the auxiliary model has z: at most S|z̃ − z||g|, S as in
    /// <see cref="LocalBound"/>; for relu |g| if z and z̃ differ in sign.
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

    private static double Bound(ActivationCurvature curvature, double second, double g, double scale)
    {
        var magnitude = Math.Abs(g);
        var taylor = magnitude / (2 * Require.Positive(scale, "FiniteDifferenceScale")) * second * magnitude;
        return FloatingPoint.Up(Math.Min(taylor, curvature.DerivativeSpread * magnitude));
    }
}
