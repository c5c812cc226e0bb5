using MathNet.Numerics;
using Tint.Reference.Configuration;

namespace Tint.Reference.Auxiliary;

/// <summary>The scalar activations σ of the auxiliary model and their derivatives.</summary>
public static class ActivationFunction
{
    private const double CubicCoefficient = 0.044715;
    private static readonly double InverseSqrtTwoPi = 1 / Math.Sqrt(2 * Math.PI);

    /// <summary>Beyond it, tanh is ±1 and Φ 0 or 1 to the last bit, and what multiplies their slopes has not yet overflowed.</summary>
    private const double Saturation = 1e3;

    /// <summary>σ(z).</summary>
    public static double Value(ActivationKind kind, double z) => ActivationForm.Of(kind) switch
    {
        { TanhFactor: { } factor } => 0.5 * z * (1 + Math.Tanh(TanhArgument(z, factor))),
        { LogisticSlope: { } slope } => z * Logistic(slope * z),
        { Kind: ActivationKind.Gelu } => z * NormalDistribution(z),
        _ => Math.Max(z, 0),
    };

    /// <summary>σ′(z); for relu, which has none at 0, the value 0 there, as autograd has it.</summary>
    public static double Derivative(ActivationKind kind, double z) => ActivationForm.Of(kind) switch
    {
        { TanhFactor: not null } when Math.Abs(z) > Saturation => z > 0 ? 1 : 0,
        { TanhFactor: { } factor } => TanhDerivative(z, factor),
        { LogisticSlope: { } slope } => LogisticDerivative(z, slope),
        { Kind: ActivationKind.Gelu } => NormalDistribution(z) + (z * InverseSqrtTwoPi * Math.Exp(-0.5 * z * z)),
        _ => z > 0 ? 1 : z <= 0 ? 0 : double.NaN,
    };

    private static double NormalDistribution(double z) => 0.5 * SpecialFunctions.Erfc(-z / Constants.Sqrt2);

    private static double TanhArgument(double z, double factor) => factor * (z + (CubicCoefficient * z * z * z));

    /// <summary>σ′ of z/2·(1 + tanh(factor·(z + 0.044715 z³))).</summary>
    private static double TanhDerivative(double z, double factor)
    {
        var tanh = Math.Tanh(TanhArgument(z, factor));
        var slope = factor * (1 + (3 * CubicCoefficient * z * z));
        return (0.5 * (1 + tanh)) + (0.5 * z * (1 - (tanh * tanh)) * slope);
    }

    /// <summary>1/(1 + e^(−z)), without overflow on either side.</summary>
    private static double Logistic(double z) => z >= 0 ? 1 / (1 + Math.Exp(-z)) : Math.Exp(z) / (1 + Math.Exp(z));

    /// <summary>σ′ of z/(1 + e^(−slope·z)): s(1 + slope·z·(1 − s)), s = 1/(1 + e^(−slope·z)) and 1 − s its value at −z.</summary>
    private static double LogisticDerivative(double z, double slope) =>
        Logistic(slope * z) * (1 + (slope * z * Logistic(-slope * z)));
}
