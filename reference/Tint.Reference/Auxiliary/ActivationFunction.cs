using MathNet.Numerics;
using Tint.Reference.Configuration;

namespace Tint.Reference.Auxiliary;

/// <summary>The scalar activations σ of the auxiliary model and their derivatives.</summary>
public static class ActivationFunction
{
    private const double CubicCoefficient = 0.044715;
    private const double BloomConstant = 0.79788456;
    private const double QuickSlope = 1.702;
    private static readonly double SqrtTwoOverPi = Math.Sqrt(2 / Math.PI);
    private static readonly double InverseSqrtTwoPi = 1 / Math.Sqrt(2 * Math.PI);

    /// <summary>σ(z).</summary>
    public static double Value(ActivationKind kind, double z) => kind switch
    {
        ActivationKind.Relu => Math.Max(z, 0),
        ActivationKind.Gelu => z * NormalDistribution(z),
        ActivationKind.GeluNew => 0.5 * z * (1 + Math.Tanh(TanhArgument(z, SqrtTwoOverPi))),
        ActivationKind.GeluBloom => 0.5 * z * (1 + Math.Tanh(TanhArgument(z, BloomConstant))),
        ActivationKind.Silu => z * Logistic(z),
        ActivationKind.QuickGelu => z * Logistic(QuickSlope * z),
        _ => throw Unknown(kind),
    };

    /// <summary>σ′(z); for relu, which has none at 0, the value 0 there, as autograd has it.</summary>
    public static double Derivative(ActivationKind kind, double z)
    {
        switch (kind)
        {
            case ActivationKind.Relu:
                return z > 0 ? 1 : 0;
            case ActivationKind.Gelu:
                return NormalDistribution(z) + (z * InverseSqrtTwoPi * Math.Exp(-0.5 * z * z));
            case ActivationKind.GeluNew:
                return TanhDerivative(z, SqrtTwoOverPi);
            case ActivationKind.GeluBloom:
                return TanhDerivative(z, BloomConstant);
            case ActivationKind.Silu:
                return LogisticDerivative(z, 1);
            case ActivationKind.QuickGelu:
                return LogisticDerivative(z, QuickSlope);
            default:
                throw Unknown(kind);
        }
    }

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

    private static RuleViolationException Unknown(ActivationKind kind) =>
        new("the activation must be known", $"{(int)kind}", $"use one of {string.Join(", ", Enum.GetNames<ActivationKind>())}");
}
