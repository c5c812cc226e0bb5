using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Certificates;

/// <summary>
/// RMSNorm's backward N(f(x + u/N) − f(x)) against Df(x)u, with u = γ∘g, f(x) = x/√(‖x‖²/D + eps): truncation, rounding, gate leak, and the effect of a
/// stored x that is not the auxiliary model's.
/// </summary>
/// <remarks>
/// (f(x), −f(x)) is LayerNorm of the mirrored token (x, −x), 2D wide and of mean 0; and a mirrored vector's norm is √2 times the norm of its half. So each
/// bound is <see cref="LayerNormCertificate"/>'s for the mirrored x and u, divided by √2; that of rounding is not divided, as the halves round apart.
/// Derivation: certificates.md, section 7.
/// </remarks>
public static class RmsNormCertificate
{
    /// <summary>The bound of the forward stencil.</summary>
    /// <inheritdoc cref="Bound(Vector{double}, Vector{double}, double, double, Stencil)" path="/param|/exception"/>
    public static double Bound(Vector<double> x, Vector<double> u, double scale, double epsilon) => Bound(x, u, scale, epsilon, Stencil.Forward);

    /// <summary>
    /// ‖N(f(x + u/N) − f(x)) − Df(x)u‖₂ ≤ min(‖u‖²/(√3 N √D s_min²), 2N√D + ‖u‖/s), s = √(‖x‖²/D + eps), s_min the least between x and x + u/N.
    /// For the central stencil, with s_min the least between x − u/N and x + u/N, it is min(‖u‖³/(2 N² D s_min³), ‖u‖²/(√3 N √D s_min²), N√D + ‖u‖/s) up to a
    /// factor of √2 at the last.
    /// </summary>
    /// <param name="x">The normalisation's input of one token, [D].</param>
    /// <param name="u">γ∘g, [D].</param>
    /// <param name="scale">N.</param>
    /// <param name="epsilon">eps.</param>
    /// <param name="stencil">The finite difference.</param>
    /// <exception cref="RuleViolationException">Lengths differ, an entry is not finite, or N or eps is not positive.</exception>
    public static double Bound(Vector<double> x, Vector<double> u, double scale, double epsilon, Stencil stencil) =>
        Half(LayerNormCertificate.Bound(Mirrored(x), Mirrored(u), scale, epsilon, stencil));

    /// <summary>The bound of the forward stencil for every token of a module.</summary>
    /// <inheritdoc cref="Bound(Matrix{double}, Matrix{double}, double, double, Stencil)" path="/param|/returns|/exception"/>
    public static Vector<double> Bound(Matrix<double> x, Matrix<double> u, double scale, double epsilon) => Bound(x, u, scale, epsilon, Stencil.Forward);

    /// <summary>The bound for every token of a module.</summary>
    /// <param name="x">The normalisation's input, [T × D].</param>
    /// <param name="u">γ∘g, [T × D].</param>
    /// <param name="scale">N.</param>
    /// <param name="epsilon">eps.</param>
    /// <param name="stencil">The finite difference.</param>
    /// <returns>Bounds on the rows' two-norms, [T].</returns>
    /// <exception cref="RuleViolationException">Shapes differ, an entry is not finite, or N or eps is not positive.</exception>
    public static Vector<double> Bound(Matrix<double> x, Matrix<double> u, double scale, double epsilon, Stencil stencil)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(u);
        Require.Shape(u, x.RowCount, x.ColumnCount, "the gradient at the normalisation");
        return Vector<double>.Build.Dense(x.RowCount, row => Bound(x.Row(row), u.Row(row), scale, epsilon, stencil));
    }

    /// <summary>
    /// ‖(Df(x̃) − Df(x))u‖₂ ≤ min((2/√3)‖x̃ − x‖‖u‖/(√D s_min²), 2‖u‖/s_min) for a forward pass that stored x̃ where the auxiliary model has x.
    /// </summary>
    /// <param name="x">The auxiliary model's input, [D].</param>
    /// <param name="stored">x̃, [D].</param>
    /// <param name="u">γ∘g, [D].</param>
    /// <param name="epsilon">eps.</param>
    /// <exception cref="RuleViolationException">Lengths differ, an entry is not finite, or eps is not positive.</exception>
    public static double Drift(Vector<double> x, Vector<double> stored, Vector<double> u, double epsilon) =>
        Half(LayerNormCertificate.Drift(Mirrored(x), Mirrored(stored), Mirrored(u), epsilon));

    /// <summary>The bound on the forward stencil's rounding.</summary>
    /// <inheritdoc cref="Rounding(Vector{double}, Vector{double}, double, double, FloatingPoint, Stencil)" path="/param|/exception"/>
    public static double Rounding(Vector<double> x, Vector<double> u, double scale, double epsilon, FloatingPoint format) =>
        Rounding(x, u, scale, epsilon, format, Stencil.Forward);

    /// <summary>A bound on the two-norm of the difference's rounding for exact gates, a mean of rounding size included.</summary>
    /// <param name="x">The normalisation's input of one token, [D], as the format holds it.</param>
    /// <param name="u">γ∘g, [D], as the format holds it.</param>
    /// <param name="scale">N.</param>
    /// <param name="epsilon">eps.</param>
    /// <param name="format">The arithmetic.</param>
    /// <param name="stencil">The finite difference.</param>
    /// <exception cref="RuleViolationException">Lengths differ, an entry is not finite, or N or eps is not positive.</exception>
    public static double Rounding(Vector<double> x, Vector<double> u, double scale, double epsilon, FloatingPoint format, Stencil stencil) =>
        LayerNormCertificate.Rounding(Mirrored(x), Mirrored(u), scale, epsilon, format, stencil);

    /// <summary>The leak with the forward stencil.</summary>
    /// <inheritdoc cref="Leak(GateLeak, Vector{double}, Vector{double}, double, double, Stencil)" path="/param|/exception"/>
    public static double Leak(GateLeak leak, Vector<double> x, Vector<double> u, double scale, double epsilon) =>
        Leak(leak, x, u, scale, epsilon, Stencil.Forward);

    /// <summary>What gates that are ρ = tanh G do to it, a bound on the two-norm of the difference to the same step with gates of 1.</summary>
    /// <param name="leak">The gate leak.</param>
    /// <param name="x">The stored input, [D].</param>
    /// <param name="u">γ∘g, [D].</param>
    /// <param name="scale">N.</param>
    /// <param name="epsilon">eps.</param>
    /// <param name="stencil">The finite difference.</param>
    /// <exception cref="RuleViolationException">Lengths differ, an entry is not finite, or N or eps is not positive.</exception>
    public static double Leak(GateLeak leak, Vector<double> x, Vector<double> u, double scale, double epsilon, Stencil stencil)
    {
        ArgumentNullException.ThrowIfNull(leak);
        return Half(leak.LayerNormBackwardBound(Mirrored(x), Mirrored(u), scale, epsilon, stencil));
    }

    /// <summary>(v, −v), [2D].</summary>
    private static Vector<double> Mirrored(Vector<double> v)
    {
        ArgumentNullException.ThrowIfNull(v);
        return Vector<double>.Build.Dense(2 * v.Count, i => i < v.Count ? v.At(i) : -v.At(i - v.Count));
    }

    private static double Half(double mirrored) => FloatingPoint.Up(mirrored / Math.Sqrt(2));
}
