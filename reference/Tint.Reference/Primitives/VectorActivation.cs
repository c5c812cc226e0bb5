using System.Numerics;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Reference.Primitives;

/// <summary>The activations σ over many numbers at once.</summary>
/// <remarks>
/// gelu_new is ½z(1 + tanh v) with v = √(2/π)(z + 0.044715z³). Since ½(1 + tanh v) = 1/(1 + e^(−2v)), one exponential does: z/(1 + e^(−2v)), which
/// unlike 1 + tanh v loses nothing for negative v. Exponent, exponential, sum and quotient leave a few roundings of |σ(z)| where the
/// exponential matters, as tanh does of |z|. gelu has no vector form of its error function and goes number by number.
/// </remarks>
internal static class VectorActivation
{
    private const double CubicCoefficient = 0.044715;
    private static readonly double Slope = -2 * Math.Sqrt(2 / Math.PI);

    /// <summary>target ← σ(z), entry by entry; target may be z.</summary>
    public static void Apply(ActivationKind kind, ReadOnlySpan<double> z, Span<double> target)
    {
        var (i, lanes) = (0, Vector<double>.Count);
        switch (kind)
        {
            case ActivationKind.GeluNew:
                for (; i <= z.Length - lanes; i += lanes)
                {
                    GeluNew(new Vector<double>(z[i..])).CopyTo(target[i..]);
                }

                for (; i < z.Length; i++)
                {
                    target[i] = GeluNew(new Vector<double>(z[i]))[0];
                }

                break;
            case ActivationKind.Relu:
                for (; i <= z.Length - lanes; i += lanes)
                {
                    Relu(new Vector<double>(z[i..])).CopyTo(target[i..]);
                }

                for (; i < z.Length; i++)
                {
                    target[i] = Relu(new Vector<double>(z[i]))[0];
                }

                break;
            case ActivationKind.Gelu or ActivationKind.Silu or ActivationKind.QuickGelu or ActivationKind.GeluBloom:
                for (; i < z.Length; i++)
                {
                    target[i] = ActivationFunction.Value(kind, z[i]);
                }

                break;
            default:
                throw Require.Unknown(kind, "the activation");
        }
    }

    /// <summary>max(z, 0), and NaN of −∞: a sum that has overflowed must not pass for a negative number.</summary>
    private static Vector<double> Relu(Vector<double> z) => Vector.Max(z, Vector<double>.Zero) + (z * 0);

    private static Vector<double> GeluNew(Vector<double> z)
    {
        var exponent = (z + (z * z * z * CubicCoefficient)) * Slope;
        return z / (Vector<double>.One + Elementwise.Exp(exponent));
    }
}
