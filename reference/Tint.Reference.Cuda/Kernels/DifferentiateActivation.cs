using ILGPU;
using Tint.Reference.Configuration;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>result ← N(σ(z + g/N) − σ(z)) of a remembered z.</summary>
internal readonly struct DifferentiateActivation(ArrayView<double> gradient, ArrayView<double> z, ActivationKind kind, double scale, ArrayView<double> result) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i)
    {
        var shifted = DeviceActivation.Value(kind, z[i] + (gradient[i] / scale));
        result[i] = scale * (shifted - DeviceActivation.Value(kind, z[i]));
    }
}
