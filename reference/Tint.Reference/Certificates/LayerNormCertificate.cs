using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Certificates;

/// <summary>
/// LayerNorm's backward N(f(x + u/N) − f(x)), or (N/2)(f(x + u/N) − f(x − u/N)) with the central stencil, against Df(x)u, with u = γ∘g, f(x) = Px/s,
/// s = √(‖Px‖²/D + eps): truncation, rounding, and the effect of a stored x that is not the auxiliary model's. Derivations: certificates.md, sections 2 and 10.
/// </summary>
public static class LayerNormCertificate
{
    /// <summary>‖D²f(x)‖ = (2/√3)/(√D s²) wherever ‖Px‖²/D ≥ eps/2, and never more: 2/√3.</summary>
    public static readonly double CurvatureConstant = FloatingPoint.Up(2 / Math.Sqrt(3));

    /// <summary>‖D³f(x)[h, h, h]‖ ≤ 3‖Ph‖³/(D s³), reached by every h at right angles to Px: 3.</summary>
    public const double ThirdConstant = 3;

    /// <summary>The bound of the forward stencil.</summary>
    /// <inheritdoc cref="Bound(Vector{double}, Vector{double}, double, double, Stencil)" path="/param|/exception"/>
    public static double Bound(Vector<double> x, Vector<double> u, double scale, double epsilon) => Bound(x, u, scale, epsilon, Stencil.Forward);

    /// <summary>
    /// ‖N(f(x + u/N) − f(x)) − Df(x)u‖₂ ≤ min(‖Pu‖²/(√3 N √D s_min²), 2N√D + ‖Pu‖/s), s_min the least s between x and x + u/N. For the central stencil, with
    /// s_min the least between x − u/N and x + u/N, it is min(‖Pu‖³/(2 N² D s_min³), ‖Pu‖²/(√3 N √D s_min²), N√D + ‖Pu‖/s).
    /// </summary>
    /// <param name="x">LayerNorm's input of one token, [D].</param>
    /// <param name="u">γ∘g, [D].</param>
    /// <param name="scale">N.</param>
    /// <param name="epsilon">eps &gt; 0; it keeps s_min ≥ √eps, so the bound is always finite.</param>
    /// <param name="stencil">The finite difference.</param>
    /// <exception cref="RuleViolationException">Lengths differ, an entry is not finite, or N or eps is not positive.</exception>
    public static double Bound(Vector<double> x, Vector<double> u, double scale, double epsilon, Stencil stencil)
    {
        ArgumentNullException.ThrowIfNull(u);
        ArgumentNullException.ThrowIfNull(stencil);
        var step = u / Require.Positive(scale, "FiniteDifferenceScale");
        var (ahead, behind) = (new NormalisationSegment(x, step, epsilon), new NormalisationSegment(x, stencil.Behind * step, epsilon));
        var relative = ahead.CentredStep / Math.Min(ahead.SmallestDeviation, behind.SmallestDeviation);
        var root = Math.Sqrt(ahead.Width);
        var taylor = scale * CurvatureConstant / 2 * relative * relative / root;
        if (stencil.Order > 1)
        {
            taylor = Math.Min(taylor, scale * stencil.Remainder * ThirdConstant * relative * relative / ahead.Width * relative);
        }

        var crude = scale * ((2 * stencil.Weight * root) + relative);
        return FloatingPoint.Up(Math.Min(taylor, crude));
    }

    /// <summary>The bound of the forward stencil for every token of a module.</summary>
    /// <inheritdoc cref="Bound(Matrix{double}, Matrix{double}, double, double, Stencil)" path="/param|/returns|/exception"/>
    public static Vector<double> Bound(Matrix<double> x, Matrix<double> u, double scale, double epsilon) => Bound(x, u, scale, epsilon, Stencil.Forward);

    /// <summary>The bound for every token of a module.</summary>
    /// <param name="x">LayerNorm's input, [T × D].</param>
    /// <param name="u">γ∘g, [T × D].</param>
    /// <param name="scale">N.</param>
    /// <param name="epsilon">eps.</param>
    /// <param name="stencil">The finite difference.</param>
    /// <returns>Bounds on the rows' two-norms, [T].</returns>
    /// <exception cref="RuleViolationException">Shapes differ, an entry is not finite, or N or eps is not positive.</exception>
    public static Vector<double> Bound(Matrix<double> x, Matrix<double> u, double scale, double epsilon, Stencil stencil)
    {
        CheckShapes(x, u);
        return Vector<double>.Build.Dense(x.RowCount, row => Bound(x.Row(row), u.Row(row), scale, epsilon, stencil));
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

    /// <summary>The bound on the forward stencil's rounding.</summary>
    /// <inheritdoc cref="Rounding(Vector{double}, Vector{double}, double, double, FloatingPoint, Stencil)" path="/param|/exception"/>
    public static double Rounding(Vector<double> x, Vector<double> u, double scale, double epsilon, FloatingPoint format) =>
        Rounding(x, u, scale, epsilon, format, Stencil.Forward);

    /// <summary>
    /// A bound on ‖fl(N(f(x + u/N) − f(x))) − N(f(x + u/N) − f(x))‖₂ for exact gates: about N·D·u(2‖x‖/s + 2√D), with the rounding of
    /// f(x) in the forward pass included and sums in any order; likewise for the central stencil, whose two points both are displaced.
    /// </summary>
    /// <param name="x">LayerNorm's input of one token, [D], as the format holds it.</param>
    /// <param name="u">γ∘g, [D], as the format holds it.</param>
    /// <param name="scale">N.</param>
    /// <param name="epsilon">eps.</param>
    /// <param name="format">The arithmetic.</param>
    /// <param name="stencil">The finite difference.</param>
    /// <exception cref="RuleViolationException">Lengths differ, an entry is not finite, or N or eps is not positive.</exception>
    public static double Rounding(Vector<double> x, Vector<double> u, double scale, double epsilon, FloatingPoint format, Stencil stencil)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(u);
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(stencil);
        var step = u / Require.Positive(scale, "FiniteDifferenceScale");
        var segment = new NormalisationSegment(x, step, epsilon);
        var unit = format.UnitRoundoff;
        var root = Math.Sqrt(segment.Width);
        var tiny = format.SmallestSubnormal * segment.Width;
        var endNorm = segment.InputNorm + segment.StepNorm;
        var weighted = scale * stencil.Weight;

        var displaced = (unit * endNorm) + ((1 + unit) * ((format.Gamma(2) * segment.StepNorm) + tiny));
        var (other, change) = (Normalisation(segment, segment.InputNorm, 0, format), segment.LargestChange);
        if (!stencil.StartsAtPoint)
        {
            var behind = new NormalisationSegment(x, stencil.Behind * step, epsilon);
            (other, change) = (Normalisation(behind, endNorm, displaced, format), change + behind.LargestChange);
        }

        var evaluations = other + Normalisation(segment, endNorm, displaced, format);
        var magnitudes = 2 * root * (1 + format.Gamma(segment.Width + 5));
        var before = (weighted * evaluations) + (unit * weighted * magnitudes) + (2 * (weighted + 1) * tiny);
        return FloatingPoint.Up(before + (unit * ((weighted * change) + before)) + tiny, segment.Width);
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
