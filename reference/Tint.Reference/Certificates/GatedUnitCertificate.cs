using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Reference.Certificates;

/// <summary>
/// The gated unit's backward against the exact one, behind gates of ρ = tanh G: ρN(σ(ρ³z + ρ³h/N) − σ(ρ³z)), h = g∘b, for σ′(z)h, and ρ²σ(ρ³z)g for σ(z)g.
/// Derivation: certificates.md, section 8.
/// </summary>
public static class GatedUnitCertificate
{
    /// <summary>The gates that z passes before σ sees it in the backward pass; b passes as many.</summary>
    private const int GatesOfMemory = 3;

    /// <summary>The gates of ∂b behind σ.</summary>
    private const int GatesOfSignal = 2;

    /// <summary>
    /// Bounds on the error of ∂z: that of activation's difference at ρ³z and ρ³h, |σ′(ρ³z) − σ′(z)||h|, and (1 − ρ⁴)L|h| for what the gates keep; [T × width].
    /// </summary>
    /// <param name="kind">σ.</param>
    /// <param name="z">z.</param>
    /// <param name="b">b.</param>
    /// <param name="g">The gradient at the unit's output.</param>
    /// <param name="scale">N.</param>
    /// <param name="leak">The leak of the gates.</param>
    /// <exception cref="RuleViolationException">Shapes differ, an entry is not finite, or N is not positive.</exception>
    public static Matrix<double> Gate(
        ActivationKind kind, Matrix<double> z, Matrix<double> b, Matrix<double> g, double scale, GateLeak leak)
    {
        ArgumentNullException.ThrowIfNull(z);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(leak);
        Require.Shape(b, z.RowCount, z.ColumnCount, "what the gate multiplies");
        Require.Shape(g, z.RowCount, z.ColumnCount, "the gradient at the gated unit");
        var kept = Math.Pow(leak.Gate, GatesOfMemory);
        var (h, stored) = (g.PointwiseMultiply(b), z * kept);
        var slope = Slope(kind);
        return (ActivationCertificate.Bound(kind, stored, h * kept, scale)
            + ActivationCertificate.Drift(kind, z, stored, h)
            + h.Map(value => leak.Scaling(slope * value, GatesOfMemory + 1), Zeros.Include)).Map(FloatingPoint.Up, Zeros.Include);
    }

    /// <summary>Bounds on the error of ∂b: (1 − ρ²)|σ(z)||g| + L(1 − ρ³)|z||g|, which is 0 with gates of 1; [T × width].</summary>
    /// <param name="kind">σ.</param>
    /// <param name="z">z.</param>
    /// <param name="g">The gradient at the unit's output.</param>
    /// <param name="leak">The leak of the gates.</param>
    /// <exception cref="RuleViolationException">Shapes differ.</exception>
    public static Matrix<double> Signal(ActivationKind kind, Matrix<double> z, Matrix<double> g, GateLeak leak)
    {
        ArgumentNullException.ThrowIfNull(z);
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(leak);
        Require.Shape(g, z.RowCount, z.ColumnCount, "the gradient at the gated unit");
        var slope = Slope(kind);
        return z.Map2(
            (at, gradient) => FloatingPoint.Up(
                leak.Scaling(ActivationFunction.Value(kind, at) * gradient, GatesOfSignal) + leak.Scaling(slope * at * gradient, GatesOfMemory)),
            g,
            Zeros.Include);
    }

    /// <summary>Bounds on what float64 does to ∂z: the rounding of the difference, and what passes through it of the roundings of h and z; [T × width].</summary>
    /// <param name="kind">σ.</param>
    /// <param name="z">z.</param>
    /// <param name="b">b.</param>
    /// <param name="g">The gradient at the unit's output.</param>
    /// <param name="scale">N.</param>
    /// <param name="format">The arithmetic.</param>
    /// <exception cref="RuleViolationException">Shapes differ, an entry is not finite, or N is not positive.</exception>
    public static Matrix<double> Rounding(
        ActivationKind kind, Matrix<double> z, Matrix<double> b, Matrix<double> g, double scale, FloatingPoint format)
    {
        ArgumentNullException.ThrowIfNull(z);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(format);
        var h = g.PointwiseMultiply(b);

        // h has the roundings of two gates and a product, twice; z those of three gates, which move both ends alike and so count through σ′ alone.
        var (slope, gamma) = (Slope(kind), format.Gamma(12));
        return ScaledDifference.Rounding(kind, z, h, scale, format)
            + h.Map2((value, at) => gamma * (slope + (Curvature(kind) * Math.Abs(at))) * Math.Abs(value), z, Zeros.Include)
            + Matrix<double>.Build.Dense(z.RowCount, z.ColumnCount, format.Underflow(12));
    }

    private static double Slope(ActivationKind kind) => kind == ActivationKind.Relu ? 1 : ActivationCurvature.Of(kind).DerivativeBound;

    private static double Curvature(ActivationKind kind) => kind == ActivationKind.Relu ? 0 : ActivationCurvature.Of(kind).SecondDerivativeBound;
}
