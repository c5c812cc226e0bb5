using Tint.Reference.Configuration;

namespace Tint.Reference.Certificates;

/// <summary>
/// What the certificates know about a smooth activation σ with σ(z) − σ(−z) = z and |σ(z)| ≤ |z|: proven bounds on σ′, σ″ and σ‴ over all reals,
/// σ″ and σ‴ on intervals, and how exactly σ is evaluated in floating point.
/// </summary>
/// <remarks>
/// σ(z) − σ(−z) = z makes σ″ even, σ‴ odd and σ′(z) + σ′(−z) = 1; so σ′ stays within [1 − L, L], L = sup σ′. Proofs are in certificates.md, section 1.
/// </remarks>
public sealed class ActivationCurvature
{
    private static readonly Interval Cubic = Decimal(0.044715);
    private static readonly Interval QuickSlope = Decimal(1.702);
    private static readonly Interval SqrtTwoOverPi = (2 / Interval.Pi).Sqrt();
    private static readonly Dictionary<ActivationKind, ActivationCurvature> OfTanh =
        ActivationForm.All.Where(static form => form.TanhFactor is not null).ToDictionary(static form => form.Kind, Tanh);

    private readonly Func<Interval, Interval> _secondDerivativeAtMagnitude;
    private readonly Func<Interval, Interval> _thirdDerivativeAtMagnitude;

    private ActivationCurvature(string name, Func<Interval, Interval> second, Func<Interval, Interval> third) =>
        (Name, _secondDerivativeAtMagnitude, _thirdDerivativeAtMagnitude) = (name, second, third);

    /// <summary>σ(z) = z·Φ(z): sup|σ″| = σ″(0) = √(2/π), sup σ′ = σ′(√2) = 1.12890…, sup|σ‴| = 0.77876…</summary>
    public static ActivationCurvature Gelu { get; } = new("gelu", GeluSecond, GeluThird)
    {
        SecondDerivativeBound = 0.797884561,
        ThirdDerivativeBound = 0.7787698,
        DerivativeBound = 1.128904146,
        EvaluationError = 4,
    };

    /// <summary>σ(z) = z/2·(1 + tanh(√(2/π)(z + 0.044715 z³))): sup|σ″| = σ″(0) = √(2/π), sup σ′ = 1.12899…, sup|σ‴| = 0.77669…</summary>
    public static ActivationCurvature GeluNew => OfTanh[ActivationKind.GeluNew];

    /// <summary>σ(z) = z/(1 + e^−z): sup|σ″| = σ″(0) = 1/2, sup σ′ = 1.09983…, sup|σ‴| = 0.30818…</summary>
    public static ActivationCurvature Silu { get; } = new("silu", SiluSecond, SiluThird)
    {
        SecondDerivativeBound = 0.5000000001,
        ThirdDerivativeBound = 0.3081817,
        DerivativeBound = 1.099839321,
        EvaluationError = 4,
    };

    /// <summary>σ(z) = z/(1 + e^(−1.702 z)), silu(1.702 z)/1.702: sup|σ″| = σ″(0) = 0.851, sup σ′ as of silu, sup|σ‴| = 0.89274…</summary>
    public static ActivationCurvature QuickGelu { get; } = new(
        "quick_gelu",
        static magnitude => QuickSlope * SiluSecond(QuickSlope * magnitude),
        static magnitude => QuickSlope.Square() * SiluThird(QuickSlope * magnitude))
    {
        SecondDerivativeBound = 0.8510000001,
        ThirdDerivativeBound = 0.8927416,
        DerivativeBound = 1.099839321,
        EvaluationError = 5,
    };

    /// <summary>gelu_new with 0.79788456 in place of √(2/π): sup|σ″| = σ″(0) = 0.79788456, sup σ′ = 1.12899…, sup|σ‴| = 0.77669…</summary>
    public static ActivationCurvature GeluBloom => OfTanh[ActivationKind.GeluBloom];

    /// <summary>The published name of the activation.</summary>
    public string Name { get; }

    /// <summary>An upper bound on sup|σ″|, above the supremum by at most 1e−9.</summary>
    public double SecondDerivativeBound { get; private init; }

    /// <summary>An upper bound on sup|σ‴|, above the supremum by at most 2e−7.</summary>
    public double ThirdDerivativeBound { get; private init; }

    /// <summary>L, an upper bound on sup|σ′|.</summary>
    public double DerivativeBound { get; private init; }

    /// <summary>2L − 1 ≥ sup σ′ − inf σ′.</summary>
    public double DerivativeSpread => (2 * DerivativeBound) - 1;

    /// <summary>c in |fl(σ(z)) − σ(z)| ≤ c·u·|z|.</summary>
    public double EvaluationError { get; private init; }

    /// <summary>The bounds for one of the auxiliary model's smooth activations.</summary>
    /// <exception cref="RuleViolationException">relu, which has no second derivative: see <see cref="ReluCertificate"/>.</exception>
    public static ActivationCurvature Of(ActivationKind kind) => kind switch
    {
        ActivationKind.Gelu => Gelu,
        ActivationKind.Silu => Silu,
        ActivationKind.QuickGelu => QuickGelu,
        _ when OfTanh.TryGetValue(kind, out var curvature) => curvature,
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

    /// <summary>An interval that contains {|σ‴(z)|} for z in an interval.</summary>
    public Interval ThirdDerivativeMagnitude(Interval argument) => _thirdDerivativeAtMagnitude(argument.Abs()).Abs();

    /// <summary>sup|σ‴| over the segment from z to z′: the interval extension, or the global bound where that is smaller.</summary>
    public double ThirdDerivativeBoundBetween(double first, double second) =>
        Math.Min(ThirdDerivativeBound, ThirdDerivativeMagnitude(Interval.Hull(first, second)).Upper);

    /// <summary>The bounds of an α, which is the supremum of |σ″|; those of σ′ and σ‴ are of every α within 1e−9 of √(2/π).</summary>
    private static ActivationCurvature Tanh(ActivationForm form)
    {
        var alpha = form.Kind == ActivationKind.GeluNew ? SqrtTwoOverPi : Decimal(form.TanhFactor!.Value);
        return new(form.Name, magnitude => TanhSecond(alpha, magnitude), magnitude => TanhThird(alpha, magnitude))
        {
            SecondDerivativeBound = alpha.Upper + 2e-10,
            ThirdDerivativeBound = 0.7766916,
            DerivativeBound = 1.128993069,
            EvaluationError = 6,
        };
    }

    /// <summary>σ″(z) = φ(z)(2 − z²).</summary>
    private static Interval GeluSecond(Interval magnitude)
    {
        var square = magnitude.Square();
        return SqrtTwoOverPi / 2 * (-(square / 2)).Exp() * (2 - square);
    }

    /// <summary>σ‴(z) = φ(z)z(z² − 4).</summary>
    private static Interval GeluThird(Interval magnitude)
    {
        var square = magnitude.Square();
        return SqrtTwoOverPi / 2 * (-(square / 2)).Exp() * magnitude * (square - 4);
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

    /// <summary>
    /// σ‴(z) = (1 − T²)(12αβz − 2αqTB − α²(Tq² + αz(1 − T²)q³ + 12βz²qT)), q = 1 + 3βz², and B the second factor of <see cref="TanhSecond"/>.
    /// </summary>
    private static Interval TanhThird(Interval alpha, Interval magnitude)
    {
        var square = magnitude.Square();
        var argument = alpha * (magnitude * (1 + (Cubic * square)));
        var (slope, tanh, sech) = (1 + (3 * Cubic * square), argument.Tanh(), argument.SechSquared());
        var bracket = (alpha * (1 + (6 * Cubic * square))) - (magnitude * tanh * (alpha * slope).Square());
        var falling = (tanh * slope.Square()) + (alpha * magnitude * sech * slope * slope.Square()) + (12 * Cubic * square * slope * tanh);
        return sech * ((12 * alpha * Cubic * magnitude) - (2 * alpha * slope * tanh * bracket) - (alpha.Square() * falling));
    }

    /// <summary>σ″(z) = ¼(1 − T²)(2 − z T), T = tanh(z/2).</summary>
    private static Interval SiluSecond(Interval magnitude)
    {
        var half = magnitude / 2;
        return half.SechSquared() / 4 * (2 - (magnitude * half.Tanh()));
    }

    /// <summary>σ‴(z) = ¼(1 − T²)(½z(3T² − 1) − 3T), T = tanh(z/2).</summary>
    private static Interval SiluThird(Interval magnitude)
    {
        var half = magnitude / 2;
        var tanh = half.Tanh();
        return half.SechSquared() / 4 * ((half * ((3 * tanh.Square()) - 1)) - (3 * tanh));
    }

    /// <summary>A decimal lies within one float of its double.</summary>
    private static Interval Decimal(double value) => new(Math.BitDecrement(value), Math.BitIncrement(value));
}
