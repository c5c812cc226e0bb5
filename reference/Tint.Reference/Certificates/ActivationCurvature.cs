using Tint.Reference.Configuration;

namespace Tint.Reference.Certificates;

/// <summary>
/// What the certificates know about a smooth activation σ with σ(z) − σ(−z) = z and |σ(z)| ≤ |z|: proven bounds on σ′ and σ″ over all reals,
/// σ″ on intervals, and how exactly σ is evaluated in floating point.
/// </summary>
/// <remarks>
/// σ(z) − σ(−z) = z makes σ″ even and σ′(z) + σ′(−z) = 1; so σ′ stays within [1 − L, L], L = sup σ′. Proofs are in certificates.md, section 1.
/// </remarks>
public sealed class ActivationCurvature
{
    private static readonly Interval Cubic = Decimal(0.044715);
    private static readonly Interval QuickSlope = Decimal(1.702);
    private static readonly Interval BloomConstant = Decimal(0.79788456);
    private static readonly Interval SqrtTwoOverPi = (2 / Interval.Pi).Sqrt();
    private readonly Func<Interval, Interval> _secondDerivativeAtMagnitude;

    private ActivationCurvature(
        string name, double secondDerivativeBound, double derivativeBound, double evaluationError, Func<Interval, Interval> second)
    {
        Name = name;
        SecondDerivativeBound = secondDerivativeBound;
        DerivativeBound = derivativeBound;
        EvaluationError = evaluationError;
        _secondDerivativeAtMagnitude = second;
    }

    /// <summary>σ(z) = z·Φ(z): sup|σ″| = σ″(0) = √(2/π), sup σ′ = σ′(√2) = 1.12890…</summary>
    public static ActivationCurvature Gelu { get; } = new("gelu", 0.797884561, 1.128904146, 4, GeluSecond);

    /// <summary>σ(z) = z/2·(1 + tanh(√(2/π)(z + 0.044715 z³))): sup|σ″| = σ″(0) = √(2/π), sup σ′ = 1.12899…</summary>
    public static ActivationCurvature GeluNew { get; } = new("gelu_new", 0.797884561, 1.128993069, 6, static magnitude => TanhSecond(SqrtTwoOverPi, magnitude));

    /// <summary>σ(z) = z/(1 + e^−z): sup|σ″| = σ″(0) = 1/2, sup σ′ = 1.09983…</summary>
    public static ActivationCurvature Silu { get; } = new("silu", 0.5000000001, 1.099839321, 4, SiluSecond);

    /// <summary>σ(z) = z/(1 + e^(−1.702 z)), silu(1.702 z)/1.702: sup|σ″| = σ″(0) = 0.851, sup σ′ as of silu.</summary>
    public static ActivationCurvature QuickGelu { get; } = new(
        "quick_gelu", 0.8510000001, 1.099839321, 5, static magnitude => QuickSlope * SiluSecond(QuickSlope * magnitude));

    /// <summary>gelu_new with 0.79788456 in place of √(2/π): sup|σ″| = σ″(0) = 0.79788456, sup σ′ = 1.12899…</summary>
    public static ActivationCurvature GeluBloom { get; } = new(
        "gelu_bloom", 0.7978845605, 1.128993069, 6, static magnitude => TanhSecond(BloomConstant, magnitude));

    /// <summary>The published name of the activation.</summary>
    public string Name { get; }

    /// <summary>An upper bound on sup|σ″|, above the supremum by at most 1e−9.</summary>
    public double SecondDerivativeBound { get; }

    /// <summary>L, an upper bound on sup|σ′|.</summary>
    public double DerivativeBound { get; }

    /// <summary>2L − 1 ≥ sup σ′ − inf σ′.</summary>
    public double DerivativeSpread => (2 * DerivativeBound) - 1;

    /// <summary>c in |fl(σ(z)) − σ(z)| ≤ c·u·|z|.</summary>
    public double EvaluationError { get; }

    /// <summary>The bounds for one of the auxiliary model's smooth activations.</summary>
    /// <exception cref="RuleViolationException">relu, which has no second derivative: see <see cref="ReluCertificate"/>.</exception>
    public static ActivationCurvature Of(ActivationKind kind) => kind switch
    {
        ActivationKind.Gelu => Gelu,
        ActivationKind.GeluNew => GeluNew,
        ActivationKind.Silu => Silu,
        ActivationKind.QuickGelu => QuickGelu,
        ActivationKind.GeluBloom => GeluBloom,
        _ => throw new RuleViolationException(
            "an activation must be smooth to have a bound on its curvature",
            $"{kind}",
            $"use one of {string.Join(", ", Enum.GetNames<ActivationKind>().Where(static name => name != nameof(ActivationKind.Relu)))}"),
    };

    /// <summary>An interval that contains {σ″(z)} for z in an interval.</summary>
    public Interval SecondDerivative(Interval argument) => _secondDerivativeAtMagnitude(argument.Abs());

    /// <summary>sup|σ″| over the segment from z to z′: the interval extension, or the global bound where that is smaller.</summary>
    public double SecondDerivativeBoundBetween(double first, double second) =>
        Math.Min(SecondDerivativeBound, SecondDerivative(Interval.Hull(first, second)).Magnitude);

    /// <summary>σ″(z) = φ(z)(2 − z²).</summary>
    private static Interval GeluSecond(Interval magnitude)
    {
        var square = magnitude.Square();
        return SqrtTwoOverPi / 2 * (-(square / 2)).Exp() * (2 - square);
    }

    /// <summary>σ″(z) = (1 − T²)(α(1 + 6βz²) − z T α²(1 + 3βz²)²), T = tanh(α(z + βz³)).</summary>
    private static Interval TanhSecond(Interval alpha, Interval magnitude)
    {
        var square = magnitude.Square();
        var argument = alpha * (magnitude * (1 + (Cubic * square)));
        var bracket = (alpha * (1 + (6 * Cubic * square)))
            - (magnitude * argument.Tanh() * (alpha * (1 + (3 * Cubic * square))).Square());
        return argument.SechSquared() * bracket;
    }

    /// <summary>σ″(z) = ¼(1 − T²)(2 − z T), T = tanh(z/2).</summary>
    private static Interval SiluSecond(Interval magnitude)
    {
        var half = magnitude / 2;
        return half.SechSquared() / 4 * (2 - (magnitude * half.Tanh()));
    }

    /// <summary>A decimal lies within one float of its double.</summary>
    private static Interval Decimal(double value) => new(Math.BitDecrement(value), Math.BitIncrement(value));
}
