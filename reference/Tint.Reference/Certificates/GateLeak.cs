using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Certificates;

/// <summary>
/// What gates that are ρ = tanh G instead of 1 do to one token or one weight matrix (departure V3); λ = 1 − ρ is the leak of one gate.
/// </summary>
public sealed record GateLeak
{
    /// <summary>Creates the leak of one gate.</summary>
    /// <param name="gateScale">G.</param>
    /// <exception cref="RuleViolationException">G is not finite and positive.</exception>
    public GateLeak(double gateScale)
    {
        // 2/(e^2G + 1) where 1 − tanh G would cancel.
        Rate = 2 / (Math.Exp(2 * Require.Positive(gateScale, "GateScale")) + 1);
    }

    /// <summary>λ = 1 − tanh G = 2/(e^{2G} + 1) ≤ 2e^{−2G}.</summary>
    public double Rate { get; }

    /// <summary>ρ = 1 − λ.</summary>
    public double Gate => 1 - Rate;

    /// <summary>2e^{−2G}, the bound on λ that the exponential gives.</summary>
    public static double RateBound(double gateScale) =>
        FloatingPoint.Up(2 * Math.Exp(-2 * Require.Positive(gateScale, "GateScale")));

    /// <summary>
    /// A bound on |ρ^gates v − v| = (1 − ρ^gates)|v|, min(1, gates·λ)|v|, for a module whose output v passes through gates and nothing else.
    /// Linear forward and backward, and attention's, have one gate.
    /// </summary>
    public double Scaling(double magnitude, int gates) =>
        FloatingPoint.Up(Complement(Require.AtLeast(gates, 1, "gates")) * Math.Abs(magnitude));

    /// <summary>
    /// The descent writes ρ(W − η∇) where W − η∇ is meant: a bound on the error of the update in units of the gradient,
    /// λ(‖W‖_F/η + ‖∇‖_F), a decay of the weights.
    /// </summary>
    /// <exception cref="RuleViolationException">η is not positive: then nothing is learnt and the decay has no gradient to compare with.</exception>
    public double Descent(double weightNorm, double gradientNorm, double learningRate) =>
        FloatingPoint.Up(Rate * ((weightNorm / Require.Positive(learningRate, "InnerLearningRate")) + gradientNorm));

    /// <summary>
    /// The memory that LayerNorm's forward leaves for x̂: m = ρ²(ρ n_ρ(x) + λ x), n_ρ(x) = Px/√(eps + ρ‖Px‖²/D).
    /// </summary>
    /// <param name="x">LayerNorm's input of one token, [D].</param>
    /// <param name="epsilon">eps.</param>
    public Vector<double> StoredNormalised(Vector<double> x, double epsilon)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Gate * Gate * ((Gate * Normalise(x, epsilon)) + (Rate * x));
    }

    /// <summary>
    /// What LayerNorm's backward computes for one token, gates included:
    /// ρ(ρN(ρ n_ρ(y) + λ y − ρ m) + λ(ρ n_ρ(y) + λ y)) with y = ρ²(x + u/N) + λρ u.
    /// </summary>
    /// <param name="x">The stored input, [D].</param>
    /// <param name="u">γ∘g, [D].</param>
    /// <param name="memory">m, the stored x̂, [D].</param>
    /// <param name="scale">N.</param>
    /// <param name="epsilon">eps.</param>
    public Vector<double> LayerNormBackward(Vector<double> x, Vector<double> u, Vector<double> memory, double scale, double epsilon)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(u);
        ArgumentNullException.ThrowIfNull(memory);
        Require.Length(u, x.Count, "u");
        Require.Length(memory, x.Count, "the stored normalised input");
        var y = (Gate * Gate * (x + (u / Require.Positive(scale, "FiniteDifferenceScale")))) + (Rate * Gate * u);
        var normalised = (Gate * Normalise(y, epsilon)) + (Rate * y);
        return Gate * ((Gate * scale * (normalised - (Gate * memory))) + (Rate * normalised));
    }

    /// <summary>
    /// A bound on ‖<see cref="LayerNormBackward"/> − N(f(x + u/N) − f(x))‖₂, about λ(3.5·N√D + ‖Pu‖(N + 5)/s + ‖u‖ + N‖x‖λ).
    /// Derivation: certificates.md, section 4.
    /// </summary>
    /// <param name="x">The stored input, [D].</param>
    /// <param name="u">γ∘g, [D].</param>
    /// <param name="scale">N.</param>
    /// <param name="epsilon">eps.</param>
    /// <param name="memoryDeviation">‖m − <see cref="StoredNormalised"/>‖₂, where the memory came otherwise.</param>
    /// <exception cref="RuleViolationException">Lengths differ, an entry is not finite, or N or eps is not positive.</exception>
    public double LayerNormBackwardBound(
        Vector<double> x, Vector<double> u, double scale, double epsilon, double memoryDeviation = 0)
    {
        ArgumentNullException.ThrowIfNull(u);
        var direct = new NormalisationSegment(x, u / Require.Positive(scale, "FiniteDifferenceScale"), epsilon);
        var leaked = new NormalisationSegment(x, u * ((1 / scale) + (Rate / Gate)), epsilon);
        var root = Math.Sqrt(direct.Width);
        var gradientNorm = scale * direct.StepNorm;
        var stepAndLeak = (Gate * Gate * direct.StepNorm) + (Rate * Gate * gradientNorm);

        var moved = Power(1.5) * Rate * scale * scale * direct.CentredStep / leaked.SmallestDeviation;
        var shrunk = scale * Complement(5) * direct.LargestChange;
        var unequal = scale * Power(2.5) * Complement(3.5) * root;
        var passed = scale * Power(2) * Rate * ((Power(2) * Rate * direct.InputNorm) + stepAndLeak);
        var unscaled = Gate * Rate * ((Power(0.5) * root) + (Rate * ((Power(2) * direct.InputNorm) + stepAndLeak)));
        return FloatingPoint.Up(moved + shrunk + unequal + passed + unscaled + (scale * Power(3) * memoryDeviation));
    }

    /// <summary>The bound for either stencil; that of the central one has no N, as both of its points meet the same gates.</summary>
    /// <remarks>
    /// Central: out = ρ(N/2)(S(ρx + ρu/N) − S(ρx − ρu/N)) is within (ρ^−1.5(1 − ρ³) + 1 − ρ^1.5)‖Pu‖/s_min + λρ²‖u‖ of (N/2)(f(x + u/N) − f(x − u/N)).
    /// Derivation: certificates.md, section 10.
    /// </remarks>
    /// <param name="x">The stored input, [D].</param>
    /// <param name="u">γ∘g, [D].</param>
    /// <param name="scale">N.</param>
    /// <param name="epsilon">eps.</param>
    /// <param name="stencil">The finite difference.</param>
    /// <exception cref="RuleViolationException">Lengths differ, an entry is not finite, or N or eps is not positive.</exception>
    public double LayerNormBackwardBound(Vector<double> x, Vector<double> u, double scale, double epsilon, Stencil stencil)
    {
        ArgumentNullException.ThrowIfNull(u);
        ArgumentNullException.ThrowIfNull(stencil);
        if (stencil.StartsAtPoint)
        {
            return LayerNormBackwardBound(x, u, scale, epsilon);
        }

        var step = u / Require.Positive(scale, "FiniteDifferenceScale");
        var (ahead, behind) = (new NormalisationSegment(x, step, epsilon), new NormalisationSegment(x, stencil.Behind * step, epsilon));
        var change = scale * ahead.CentredStep / Math.Min(ahead.SmallestDeviation, behind.SmallestDeviation);
        return FloatingPoint.Up(
            (((Complement(3) / Power(1.5)) + Complement(1.5)) * change) + (Rate * Power(2) * scale * ahead.StepNorm));
    }

    private double Power(double exponent) => Math.Pow(Gate, exponent);

    /// <summary>1 − ρ^k ≤ min(1, kλ) for k ≥ 1 (Bernoulli).</summary>
    private double Complement(double exponent) => Math.Min(1, exponent * Rate);

    private Vector<double> Normalise(Vector<double> y, double epsilon)
    {
        var centred = y - (y.Sum() / y.Count);
        return centred / Math.Sqrt(Require.Positive(epsilon, "Auxiliary.LayerNormEpsilon") + (Gate * centred.DotProduct(centred) / y.Count));
    }
}
