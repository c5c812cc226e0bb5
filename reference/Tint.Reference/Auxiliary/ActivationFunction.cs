using MathNet.Numerics;
using Tint.Reference.Configuration;

namespace Tint.Reference.Auxiliary;

/// <summary>The scalar activations σ of the auxiliary model and their derivatives.</summary>
public static class ActivationFunction
{
    private const double CubicCoefficient = 0.044715;
    private static readonly double SqrtTwoOverPi = Math.Sqrt(2 / Math.PI);
    private static readonly double InverseSqrtTwoPi = 1 / Math.Sqrt(2 * Math.PI);

    /// <summary>σ(z).</summary>
    public static double Value(ActivationKind kind, double z) => kind switch
    {
        ActivationKind.Relu => Math.Max(z, 0),
        ActivationKind.Gelu => z * NormalDistribution(z),
        ActivationKind.GeluNew => 0.5 * z * (1 + Math.Tanh(TanhArgument(z))),
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
                var tanh = Math.Tanh(TanhArgument(z));
                var slope = SqrtTwoOverPi * (1 + (3 * CubicCoefficient * z * z));
                return (0.5 * (1 + tanh)) + (0.5 * z * (1 - (tanh * tanh)) * slope);
            default:
                throw Unknown(kind);
        }
    }

    private static double NormalDistribution(double z) => 0.5 * SpecialFunctions.Erfc(-z / Constants.Sqrt2);

    private static double TanhArgument(double z) => SqrtTwoOverPi * (z + (CubicCoefficient * z * z * z));

    private static RuleViolationException Unknown(ActivationKind kind) =>
        new("the activation must be known", $"{(int)kind}", $"use one of {string.Join(", ", Enum.GetNames<ActivationKind>())}");
}
