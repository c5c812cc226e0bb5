using System.Numerics;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.PrimeFields;

namespace Tint.Reference.Primitives;

/// <summary>The activations σ over many numbers at once.</summary>
/// <remarks>
/// gelu_new is ½z(1 + tanh v) with v = √(2/π)(z + 0.044715z³), BLOOM's gelu the same with another constant. Since ½(1 + tanh v) = 1/(1 + e^(−2v)), one
/// exponential does: z/(1 + e^(−2v)), which unlike 1 + tanh v loses nothing for negative v. silu and quick_gelu are of that form as they stand.
/// Exponent, exponential, sum and quotient leave a few roundings of |σ(z)| where the exponential matters, as tanh does of |z|. gelu has no vector
/// form of its error function and goes number by number.
/// </remarks>
internal static class VectorActivation
{
    private const double CubicCoefficient = 0.044715;
    private const double BloomSlope = -2 * 0.79788456;
    private const double QuickSlope = -1.702;
    private static readonly double Slope = -2 * Math.Sqrt(2 / Math.PI);

    private interface IForm
    {
        public static abstract Vector<double> Of(Vector<double> z);
    }

    /// <summary>target ← σ(z), entry by entry; target may be z.</summary>
    public static void Apply(ActivationKind kind, ReadOnlySpan<double> z, Span<double> target)
    {
        if (FieldLoops.Current is { } field)
        {
            field.Activate($"{kind}", z, target);
            return;
        }

        switch (kind)
        {
            case ActivationKind.GeluNew:
                Apply<GeluNew>(z, target);
                break;
            case ActivationKind.GeluBloom:
                Apply<GeluBloom>(z, target);
                break;
            case ActivationKind.Silu:
                Apply<Silu>(z, target);
                break;
            case ActivationKind.QuickGelu:
                Apply<QuickGelu>(z, target);
                break;
            case ActivationKind.Relu:
                Apply<Relu>(z, target);
                break;
            case ActivationKind.Gelu:
                for (var i = 0; i < z.Length; i++)
                {
                    target[i] = ActivationFunction.Value(kind, z[i]);
                }

                break;
            default:
                throw Require.Unknown(kind, "the activation");
        }
    }

    private static void Apply<TForm>(ReadOnlySpan<double> z, Span<double> target)
        where TForm : struct, IForm
    {
        var (i, lanes) = (0, Vector<double>.Count);
        for (; i <= z.Length - lanes; i += lanes)
        {
            TForm.Of(new Vector<double>(z[i..])).CopyTo(target[i..]);
        }

        for (; i < z.Length; i++)
        {
            target[i] = TForm.Of(new Vector<double>(z[i]))[0];
        }
    }

    /// <summary>z/(1 + e^(slope(z + 0.044715z³))).</summary>
    private static Vector<double> Cubic(Vector<double> z, double slope) =>
        z / (Vector<double>.One + Elementwise.Exp((z + (z * z * z * CubicCoefficient)) * slope));

    /// <summary>z/(1 + e^(slope·z)).</summary>
    private static Vector<double> Logistic(Vector<double> z, double slope) => z / (Vector<double>.One + Elementwise.Exp(z * slope));

    private readonly struct GeluNew : IForm
    {
        public static Vector<double> Of(Vector<double> z) => Cubic(z, Slope);
    }

    private readonly struct GeluBloom : IForm
    {
        public static Vector<double> Of(Vector<double> z) => Cubic(z, BloomSlope);
    }

    private readonly struct Silu : IForm
    {
        public static Vector<double> Of(Vector<double> z) => Logistic(z, -1);
    }

    private readonly struct QuickGelu : IForm
    {
        public static Vector<double> Of(Vector<double> z) => Logistic(z, QuickSlope);
    }

    /// <summary>max(z, 0), and NaN of −∞: a sum that has overflowed must not pass for a negative number.</summary>
    private readonly struct Relu : IForm
    {
        public static Vector<double> Of(Vector<double> z) => Vector.Max(z, Vector<double>.Zero) + (z * 0);
    }
}
