using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Certificates;

/// <summary>
/// The product's backward ρ g∘b̃ against g∘b, and the gated unit that it makes with an activation before it. Derivation: certificates.md, section 8.
/// </summary>
public static class ProductCertificate
{
    /// <summary>Bounds on the error of the gradient at one factor, |g||b̃ − b| + λ|g||b̃|, which is 0 with gates of 1 and the other factor in memory; [T × width].</summary>
    /// <param name="other">b, the other factor.</param>
    /// <param name="stored">b̃, what the memory holds of it.</param>
    /// <param name="g">The gradient at the product.</param>
    /// <param name="leak">The leak of the gate.</param>
    /// <exception cref="RuleViolationException">Shapes differ.</exception>
    public static Matrix<double> Bound(Matrix<double> other, Matrix<double> stored, Matrix<double> g, GateLeak leak)
    {
        ArgumentNullException.ThrowIfNull(other);
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(leak);
        Require.Shape(stored, other.RowCount, other.ColumnCount, "the stored factor of a product");
        Require.Shape(g, other.RowCount, other.ColumnCount, "the gradient at the product");
        return Matrix<double>.Build.Dense(g.RowCount, g.ColumnCount, (t, c) => FloatingPoint.Up(
            Math.Abs(g.At(t, c)) * (Math.Abs(stored.At(t, c) - other.At(t, c)) + leak.Scaling(stored.At(t, c), gates: 1))));
    }

    /// <summary>The bounds with the forward stencil.</summary>
    /// <inheritdoc cref="ThroughActivation(ActivationKind, Matrix{double}, Matrix{double}, Matrix{double}, Matrix{double}, double, Stencil)" path="/param|/exception"/>
    public static Matrix<double> ThroughActivation(
        ActivationKind kind, Matrix<double> z, Matrix<double> stored, Matrix<double> simulated, Matrix<double> error, double scale) =>
        ThroughActivation(kind, z, stored, simulated, error, scale, Stencil.Forward);

    /// <summary>
    /// Bounds on the error of the gradient at z of σ(z)∘b, from that at σ(z): activation's at the z̃ and h̃ that the simulation has, |σ′(z̃) − σ′(z)||h̃| and L|h̃ − h|; [T × width].
    /// </summary>
    /// <param name="kind">σ.</param>
    /// <param name="z">z.</param>
    /// <param name="stored">z̃, what activation's memory holds of it.</param>
    /// <param name="simulated">h̃, the simulated gradient at σ(z).</param>
    /// <param name="error">A bound on |h̃ − h|, as <see cref="Bound"/> gives it.</param>
    /// <param name="scale">N.</param>
    /// <param name="stencil">The finite difference.</param>
    /// <exception cref="RuleViolationException">Shapes differ, an entry is not finite, or N is not positive.</exception>
    public static Matrix<double> ThroughActivation(
        ActivationKind kind, Matrix<double> z, Matrix<double> stored, Matrix<double> simulated, Matrix<double> error, double scale, Stencil stencil)
    {
        ArgumentNullException.ThrowIfNull(error);
        var slope = kind == ActivationKind.Relu ? 1 : ActivationCurvature.Of(kind).DerivativeBound;
        return (ActivationCertificate.Bound(kind, stored, simulated, scale, stencil)
            + ActivationCertificate.Drift(kind, z, stored, simulated)
            + (slope * error)).Map(FloatingPoint.Up, Zeros.Include);
    }
}
