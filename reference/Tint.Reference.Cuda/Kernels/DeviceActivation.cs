using Tint.Reference.Configuration;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>An activation σ in float64, by the formula of the simulation on the host.</summary>
/// <remarks>gelu_new is z/(1 + e^(−2v)), v = √(2/π)(z + 0.044715z³), which is ½z(1 + tanh v) without its cancellation.</remarks>
internal readonly struct DeviceActivation
{
    private const double CubicCoefficient = 0.044715;

    private readonly ActivationKind _kind;
    private readonly double _slope;
    private readonly double _cubic;

    /// <summary>Reads the constants, on the host.</summary>
    public DeviceActivation(ActivationKind kind)
    {
        var form = ActivationForm.Of(kind);
        _kind = kind;
        _slope = (-2 * form.TanhFactor) ?? -form.LogisticSlope ?? 0;
        _cubic = form.TanhFactor is null ? 0 : CubicCoefficient;
    }

    /// <summary>σ(z).</summary>
    public double Value(double z)
    {
        if (_kind == ActivationKind.Relu)
        {
            // Written so that NaN stays NaN, and −∞ becomes NaN: a sum that has overflowed must not pass for a negative number.
            return (z <= 0 ? 0 : z) + (z * 0);
        }

        return _kind == ActivationKind.Gelu
            ? z * DeviceMath.NormalDistribution(z)
            : z / (1 + DeviceMath.Exp((_cubic == 0 ? z : z + (z * z * z * _cubic)) * _slope));
    }
}
