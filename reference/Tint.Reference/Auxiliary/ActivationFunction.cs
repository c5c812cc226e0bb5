using MathNet.Numerics;
using Tint.Reference.Configuration;

namespace Tint.Reference.Auxiliary;

/// <summary>The scalar activations σ of the auxiliary model and their derivatives.</summary>
public static class ActivationFunction
{
    private const double CubicCoefficient = 0.044715;
    private static readonly double SqrtTwoOverPi = Math.Sqrt(2 / Math.PI);
    private static readonly double InverseSqrtTwoPi = 1 / Math.Sqrt(2 * Math.PI);

    /// <summary>Beyond it, tanh is ±1 and Φ 0 or 1 to the last bit, and what multiplies their slopes has not yet overflowed.</summary>
    private const double Saturation = 1e3;

    /// <summary>σ(z).</summary>
    public static double Value(ActivationKind kind, double z) => kind switch
    {
        ActivationKind.Relu => Math.Max(z, 0),
        ActivationKind.Gelu => z * NormalDistribution(z),
        ActivationKind.GeluNew => 0.5 * z * (1 + Math.Tanh(TanhArgument(z))),
        _ => throw Require.Unknown(kind, "the activation"),
    };

    /// <summary>σ′(z); for relu, which has none at 0, the value 0 there, as autograd has it.</summary>
    public static double Derivative(ActivationKind kind, double z)
    {
        switch (kind)
        {
            case ActivationKind.Relu:
                return z > 0 ? 1 : z <= 0 ? 0 : double.NaN;
            case ActivationKind.Gelu:
                return NormalDistribution(z) + (z * InverseSqrtTwoPi * Math.Exp(-0.5 * z * z));
            case ActivationKind.GeluNew when Math.Abs(z) > Saturation:
                return z > 0 ? 1 : 0;
            case ActivationKind.GeluNew:
                var tanh = Math.Tanh(TanhArgument(z));
                var slope = SqrtTwoOverPi * (1 + (3 * CubicCoefficient * z * z));
                return (0.5 * (1 + tanh)) + (0.5 * z * (1 - (tanh * tanh)) * slope);
            default:
                throw Require.Unknown(kind, "the activation");
        }
    }

    private static double NormalDistribution(double z) => 0.5 * SpecialFunctions.Erfc(-z / Constants.Sqrt2);

    private static double TanhArgument(double z) => SqrtTwoOverPi * (z + (CubicCoefficient * z * z * z));
}
