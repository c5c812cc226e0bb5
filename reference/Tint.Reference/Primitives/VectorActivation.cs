using System.Numerics;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.PrimeFields;

namespace Tint.Reference.Primitives;

/// <summary>The activations σ over many numbers at once.</summary>
/// <remarks>
/// gelu_new is ½z(1 + tanh v) with v = α(z + 0.044715z³) and α = √(2/π); other activations have another α. Since ½(1 + tanh v) = 1/(1 + e^(−2v)), one
/// exponential does: z/(1 + e^(−2v)), which unlike 1 + tanh v loses nothing for negative v. silu and quick_gelu are of that form as they stand.
/// Exponent, exponential, sum and quotient leave a few roundings of |σ(z)| where the exponential matters, as tanh does of |z|. gelu has no vector
/// form of its error function and goes number by number.
/// </remarks>
internal static class VectorActivation
{
    private const double CubicCoefficient = 0.044715;

    private interface IFormula
    {
        public Vector<double> Of(Vector<double> z);
    }

    /// <summary>target ← σ(z), entry by entry; target may be z.</summary>
    public static void Apply(ActivationKind kind, ReadOnlySpan<double> z, Span<double> target)
    {
        if (FieldLoops.Current is { } field)
        {
            field.Activate($"{kind}", z, target);
            return;
        }

        switch (ActivationForm.Of(kind))
        {
            case { TanhFactor: { } factor }:
                Apply(new Cubic(-2 * factor), z, target);
                break;
            case { LogisticSlope: { } slope }:
                Apply(new Logistic(-slope), z, target);
                break;
            case { Kind: ActivationKind.Gelu }:
                for (var i = 0; i < z.Length; i++)
                {
                    target[i] = ActivationFunction.Value(kind, z[i]);
                }

                break;
            default:
                Apply(default(Relu), z, target);
                break;
        }
    }

    private static void Apply<TFormula>(TFormula formula, ReadOnlySpan<double> z, Span<double> target)
        where TFormula : struct, IFormula
    {
        var (i, lanes) = (0, Vector<double>.Count);
        for (; i <= z.Length - lanes; i += lanes)
        {
            formula.Of(new Vector<double>(z[i..])).CopyTo(target[i..]);
        }

        for (; i < z.Length; i++)
        {
            target[i] = formula.Of(new Vector<double>(z[i]))[0];
        }
    }

    /// <summary>z/(1 + e^(slope(z + 0.044715z³))).</summary>
    private readonly struct Cubic(double slope) : IFormula
    {
        public Vector<double> Of(Vector<double> z) => z / (Vector<double>.One + Elementwise.Exp((z + (z * z * z * CubicCoefficient)) * slope));
    }

    /// <summary>z/(1 + e^(slope·z)).</summary>
    private readonly struct Logistic(double slope) : IFormula
    {
        public Vector<double> Of(Vector<double> z) => z / (Vector<double>.One + Elementwise.Exp(z * slope));
    }

    /// <summary>max(z, 0), and NaN of −∞: a sum that has overflowed must not pass for a negative number.</summary>
    private readonly struct Relu : IFormula
    {
        public Vector<double> Of(Vector<double> z) => Vector.Max(z, Vector<double>.Zero) + (z * 0);
    }
}
