using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;

namespace Tint.Reference.Tests.Certificates;

/// <summary>σ and σ′ of the smooth activations in high precision, and σ in float32 and float64 as a backend would evaluate it.</summary>
internal sealed record PreciseActivation(
    ActivationCurvature Curvature,
    Func<Fixed, Fixed> Value,
    Func<Fixed, Fixed> Derivative,
    Func<double, double> InDouble,
    Func<float, float> InSingle)
{
    private static readonly Fixed Cubic = (Fixed)44715 / 1000000;
    private static readonly Fixed QuickSlope = (Fixed)1702 / 1000;
    private static readonly Fixed SqrtTwoOverPi = Fixed.Sqrt(2 / Fixed.Pi);

    public static PreciseActivation Gelu { get; } = new(
        ActivationCurvature.Gelu,
        z => z * Fixed.NormalDistribution(z),
        z => Fixed.NormalDistribution(z) + (z * Fixed.NormalDensity(z)),
        z => ActivationFunction.Value(ActivationKind.Gelu, z),
        z => 0.5f * z * (float)MathNet.Numerics.SpecialFunctions.Erfc(-z * 0.70710678f));

    public static PreciseActivation GeluNew { get; } = Tanh(ActivationCurvature.GeluNew, ActivationKind.GeluNew, SqrtTwoOverPi, 0.7978845608f);

    public static PreciseActivation GeluBloom { get; } =
        Tanh(ActivationCurvature.GeluBloom, ActivationKind.GeluBloom, (Fixed)79788456 / 100000000, 0.79788456f);

    public static PreciseActivation GeluFast { get; } =
        Tanh(ActivationCurvature.Of(ActivationKind.GeluFast), ActivationKind.GeluFast, (Fixed)7978845608 / 10000000000, 0.7978845608f);

    public static PreciseActivation Silu { get; } = new(
        ActivationCurvature.Silu,
        z => z * Logistic(z),
        z => Logistic(z) + (z * (Logistic(z) * Logistic(-z))),
        z => ActivationFunction.Value(ActivationKind.Silu, z),
        z => z / (1 + MathF.Exp(-z)));

    public static PreciseActivation QuickGelu { get; } = new(
        ActivationCurvature.QuickGelu,
        z => z * Logistic(QuickSlope * z),
        z => Logistic(QuickSlope * z) + (QuickSlope * (z * (Logistic(QuickSlope * z) * Logistic(-(QuickSlope * z))))),
        z => ActivationFunction.Value(ActivationKind.QuickGelu, z),
        z => z / (1 + MathF.Exp(-1.702f * z)));

    public static PreciseActivation[] All { get; } = [Gelu, GeluNew, Silu, QuickGelu, GeluBloom, GeluFast];

    /// <summary>
    /// What high precision itself may err by in a scaled difference: Φ is cut off at 1e−88, the rest is rounded to 2^−768.
    /// </summary>
    public static Fixed Resolution(ActivationCase given) =>
        1e-85 * (1 + Math.Abs(given.Z) + Math.Abs(given.G / given.Scale)) * (1 + given.Scale + Math.Abs(given.G));

    /// <summary>N(σ(z + g/N) − σ(z)).</summary>
    public Fixed ScaledDifference(Fixed z, Fixed g, Fixed scale) => scale * (Value(z + (g / scale)) - Value(z));

    /// <summary>N(σ(z + g/N) − σ(z)) − σ′(z)g.</summary>
    public Fixed TruncationError(Fixed z, Fixed g, Fixed scale) => ScaledDifference(z, g, scale) - (Derivative(z) * g);

    private static PreciseActivation Tanh(ActivationCurvature curvature, ActivationKind kind, Fixed alpha, float single)
    {
        Fixed Argument(Fixed z) => alpha * (z + (Cubic * (z * (z * z))));
        return new(
            curvature,
            z => z * (1 + Fixed.Tanh(Argument(z))) / 2,
            z =>
            {
                var tanh = Fixed.Tanh(Argument(z));
                var slope = alpha * (1 + (3 * Cubic * (z * z)));
                return ((1 + tanh) / 2) + (z * ((1 - (tanh * tanh)) * slope) / 2);
            },
            z => ActivationFunction.Value(kind, z),
            z => 0.5f * z * (1 + MathF.Tanh(single * (z + (0.044715f * z * z * z)))));
    }

    private static Fixed Logistic(Fixed z)
    {
        var decay = Fixed.ExpOfNegative(-Fixed.Abs(z));
        return (z < 0 ? decay : 1) / (1 + decay);
    }
}
