using ILGPU;
using Tint.Reference.Configuration;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>result ← N·weight·(σ(z + g/N) − σ(z + behind·g/N)) of a remembered z.</summary>
internal readonly struct DifferentiateActivation(
    ArrayView<double> gradient, ArrayView<double> z, ActivationKind kind, double scale, double behind, double weight, ArrayView<double> result) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i)
    {
        var step = gradient[i] / scale;
        result[i] = scale * weight * (DeviceActivation.Value(kind, z[i] + step) - DeviceActivation.Value(kind, z[i] + (behind * step)));
    }
}
