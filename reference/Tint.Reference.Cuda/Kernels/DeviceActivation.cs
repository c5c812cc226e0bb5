using Tint.Reference.Configuration;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>The activations σ in float64, by the formulas of the simulation on the host.</summary>
internal static class DeviceActivation
{
    private const double CubicCoefficient = 0.044715;

    /// <summary>−2√(2/π).</summary>
    private const double Slope = -1.5957691216057308;

    /// <summary>−2·0.79788456.</summary>
    private const double BloomSlope = -1.59576912;

    private const double QuickSlope = -1.702;

    /// <summary>σ(z). gelu_new is z/(1 + e^(−2v)), v = √(2/π)(z + 0.044715z³), which is ½z(1 + tanh v) without its cancellation.</summary>
    public static double Value(ActivationKind kind, double z)
    {
        if (kind == ActivationKind.Relu)
        {
            // Written so that NaN stays NaN.
            return z <= 0 ? 0 : z;
        }

        if (kind == ActivationKind.Gelu)
        {
            return z * DeviceMath.NormalDistribution(z);
        }

        return z / (1 + DeviceMath.Exp(kind == ActivationKind.Silu ? -z
            : kind == ActivationKind.QuickGelu ? QuickSlope * z
            : (z + (z * z * z * CubicCoefficient)) * (kind == ActivationKind.GeluBloom ? BloomSlope : Slope)));
    }
}
