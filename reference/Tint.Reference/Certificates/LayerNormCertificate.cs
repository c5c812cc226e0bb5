using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Certificates;

/// <summary>
/// LayerNorm's backward N(f(x + u/N) − f(x)) against Df(x)u, with u = γ∘g, f(x) = Px/s, s = √(‖Px‖²/D + eps): truncation, rounding, and the
/// effect of a stored x that is not the auxiliary model's. Derivations: certificates.md, section 2.
/// </summary>
public static class LayerNormCertificate
{
    /// <summary>‖D²f(x)‖ = (2/√3)/(√D s²) wherever ‖Px‖²/D ≥ eps/2, and never more: 2/√3.</summary>
    public static readonly double CurvatureConstant = FloatingPoint.Up(2 / Math.Sqrt(3));

    /// <summary>
    /// ‖N(f(x + u/N) − f(x)) − Df(x)u‖₂ ≤ min(‖Pu‖²/(√3 N √D s_min²), 2N√D + ‖Pu‖/s), s_min the least s between x and x + u/N.
    /// </summary>
    /// <param name="x">LayerNorm's input of one token, [D].</param>
    /// <param name="u">γ∘g, [D].</param>
    /// <param name="scale">N.</param>
    /// <param name="epsilon">eps &gt; 0; it keeps s_min ≥ √eps, so the bound is always finite.</param>
    /// <exception cref="RuleViolationException">Lengths differ, an entry is not finite, or N or eps is not positive.</exception>
    public static double Bound(Vector<double> x, Vector<double> u, double scale, double epsilon)
    {
        ArgumentNullException.ThrowIfNull(u);
        var segment = new NormalisationSegment(x, u / Require.Positive(scale, "FiniteDifferenceScale"), epsilon);
        var relative = segment.CentredStep / segment.SmallestDeviation;
        var taylor = scale * CurvatureConstant / 2 * relative * relative / Math.Sqrt(segment.Width);
        var crude = scale * ((2 * Math.Sqrt(segment.Width)) + relative);
        return FloatingPoint.Up(Math.Min(taylor, crude));
    }

    /// <summary>The bound for every token of a module.</summary>
    /// <param name="x">LayerNorm's input, [T × D].</param>
    /// <param name="u">γ∘g, [T × D].</param>
    /// <param name="scale">N.</param>
    /// <param name="epsilon">eps.</param>
    /// <returns>Bounds on the rows' two-norms, [T].</returns>
    /// <exception cref="RuleViolationException">Shapes differ, an entry is not finite, or N or eps is not positive.</exception>
    public static Vector<double> Bound(Matrix<double> x, Matrix<double> u, double scale, double epsilon)
    {
        CheckShapes(x, u);
        return Vector<double>.Build.Dense(x.RowCount, row => Bound(x.Row(row), u.Row(row), scale, epsilon));
    }

    /// <summary>
    /// ‖(Df(x̃) − Df(x))u‖₂ ≤ min((2/√3)‖P(x̃ − x)‖‖Pu‖/(√D s_min²), 2‖Pu‖/s_min) for a forward pass that stored x̃ where the auxiliary model
    /// has x, s_min the least s between them.
    /// </summary>
    /// <param name="x">The auxiliary model's input, [D].</param>
    /// <param name="stored">x̃, [D].</param>
    /// <param name="u">γ∘g, [D].</param>
    /// <param name="epsilon">eps.</param>
    /// <exception cref="RuleViolationException">Lengths differ, an entry is not finite, or eps is not positive.</exception>
    public static double Drift(Vector<double> x, Vector<double> stored, Vector<double> u, double epsilon)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(stored);
        Require.Length(stored, x.Count, "the stored input of the normalisation");
        var difference = stored - x;
        var segment = new NormalisationSegment(x, difference, epsilon);
        var gradient = new NormalisationSegment(x, u, epsilon).CentredStep / segment.SmallestDeviation;
        var relative = segment.CentredStep / segment.SmallestDeviation;
        return FloatingPoint.Up(gradient * Math.Min(CurvatureConstant * relative / Math.Sqrt(segment.Width), 2));
    }

    /// <summary>
    /// A bound on ‖fl(N(f(x + u/N) − f(x))) − N(f(x + u/N) − f(x))‖₂ for exact gates: about N·D·u(2‖x‖/s + 2√D), with the rounding of
    /// f(x) in the forward pass included and sums in any order.
    /// </summary>
    /// <param name="x">LayerNorm's input of one token, [D], as the format holds it.</param>
    /// <param name="u">γ∘g, [D], as the format holds it.</param>
    /// <param name="scale">N.</param>
    /// <param name="epsilon">eps.</param>
    /// <param name="format">The arithmetic.</param>
    /// <exception cref="RuleViolationException">Lengths differ, an entry is not finite, or N or eps is not positive.</exception>
    public static double Rounding(Vector<double> x, Vector<double> u, double scale, double epsilon, FloatingPoint format)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(u);
        ArgumentNullException.ThrowIfNull(format);
        var step = u / Require.Positive(scale, "FiniteDifferenceScale");
        var segment = new NormalisationSegment(x, step, epsilon);
        var unit = format.UnitRoundoff;
        var root = Math.Sqrt(segment.Width);
        var tiny = format.SmallestSubnormal * segment.Width;
        var endNorm = segment.InputNorm + segment.StepNorm;

        var displaced = (unit * endNorm) + ((1 + unit) * ((format.Gamma(2) * segment.StepNorm) + tiny));
        var evaluations = Normalisation(segment, segment.InputNorm, 0, format)
            + Normalisation(segment, endNorm, displaced, format);
        var magnitudes = 2 * root * (1 + format.Gamma(segment.Width + 5));
        var before = (scale * evaluations) + (unit * scale * magnitudes) + (2 * (scale + 1) * tiny);
        return FloatingPoint.Up(before + (unit * ((scale * segment.LargestChange) + before)) + tiny, segment.Width);
    }

    /// <summary>‖fl(f(v̂)) − f(v)‖ for ‖v̂ − v‖ ≤ displaced, v on the segment.</summary>
    private static double Normalisation(NormalisationSegment segment, double norm, double displaced, FloatingPoint format)
    {
        var root = Math.Sqrt(segment.Width);
        var tiny = format.SmallestSubnormal * segment.Width;
        var centring = (format.Gamma(segment.Width + 2) * (norm + displaced)) + displaced + tiny;
        var least = Math.Max(
            segment.SmallestDeviation - (centring / root), segment.Deviation(0));
        var moved = Math.Min(centring / least, 2 * root);
        return moved + (root * format.Gamma(segment.Width + 5)) + (2 * tiny / least);
    }

    private static void CheckShapes(Matrix<double> x, Matrix<double> u)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(u);
        Require.Shape(u, x.RowCount, x.ColumnCount, "the gradient at the normalisation");
    }
}
