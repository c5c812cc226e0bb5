using MathNet.Numerics;
using Tint.Reference.Configuration;
using Tint.Reference.Rounding;

namespace Tint.Reference.Tests.DenseEvaluation;

/// <summary>A format of floating-point numbers to compute in: every operation is rounded to it at once.</summary>
/// <remarks>
/// Sum, product, quotient and root of two floats are rounded twice on the way through a double, which changes nothing: a double has more than
/// twice a float's digits.
/// </remarks>
public sealed class FloatFormat
{
    private readonly Func<double, double> _round;

    private FloatFormat(double unitRoundoff, Func<double, double> round)
    {
        UnitRoundoff = unitRoundoff;
        _round = round;
    }

    /// <summary>float64.</summary>
    public static FloatFormat Binary64 { get; } = new(RoundingModel.DoubleRoundoff, static x => x);

    /// <summary>float32.</summary>
    public static FloatFormat Binary32 { get; } = new(RoundingModel.SingleRoundoff, static x => (float)x);

    /// <summary>u.</summary>
    public double UnitRoundoff { get; }

    /// <summary>The roundoff that a computation in this format and one in doubles are apart by, for each operation.</summary>
    public double Apart => UnitRoundoff + RoundingModel.DoubleRoundoff;

    /// <summary>A number as this format holds it.</summary>
    public double Round(double x) => _round(x);

    public double Add(double a, double b) => _round(a + b);

    public double Subtract(double a, double b) => _round(a - b);

    public double Times(double a, double b) => _round(a * b);

    public double Divide(double a, double b) => _round(a / b);

    public double Sqrt(double x) => _round(Math.Sqrt(x));

    public double Exp(double x) => _round(Math.Exp(x));

    public double Tanh(double x) => _round(Math.Tanh(x));

    /// <summary>Σ terms, from first to last.</summary>
    public double Sum(IEnumerable<double> terms) => terms.Aggregate(0.0, Add);

    /// <summary>σ(z) by its textbook formula, operation by operation.</summary>
    public double Activate(ActivationKind kind, double z)
    {
        switch (kind)
        {
            case ActivationKind.Relu:
                return Math.Max(z, 0);
            case ActivationKind.Gelu:
                // z/2·(1 + erf(z/√2))
                return Times(Times(z, 0.5), Add(1, _round(SpecialFunctions.Erf(Times(z, _round(Math.Sqrt(0.5)))))));
            case ActivationKind.GeluNew or ActivationKind.GeluBloom or ActivationKind.GeluFast:
                // z/2·(1 + tanh(√(2/π)(z + 0.044715 z³))), or with fewer digits
                var cube = Times(Times(z, z), z);
                var factor = _round(kind == ActivationKind.GeluNew ? Math.Sqrt(2 / Math.PI) : kind == ActivationKind.GeluBloom ? 0.79788456 : 0.7978845608);
                return Times(Times(0.5, z), Add(1, Tanh(Times(factor, Add(z, Times(_round(0.044715), cube))))));
            case ActivationKind.Silu or ActivationKind.QuickGelu:
                // z/(1 + e^(−z)), or with 1.702 z in the exponent
                return Divide(z, Add(1, Exp(kind == ActivationKind.Silu ? -z : Times(_round(-1.702), z))));
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "no formula");
        }
    }

    public override string ToString() => this == Binary64 ? "float64" : "float32";
}
