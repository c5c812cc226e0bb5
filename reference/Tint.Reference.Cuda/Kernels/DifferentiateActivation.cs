using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>result ← N·weight·(σ(z + g/N) − σ(z + behind·g/N)) of a remembered z.</summary>
internal readonly struct DifferentiateActivation(
    ArrayView<double> gradient, ArrayView<double> z, DeviceActivation activation, double scale, double behind, double weight, ArrayView<double> result) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i)
    {
        var step = gradient[i] / scale;
        result[i] = scale * weight * (activation.Value(z[i] + step) - activation.Value(z[i] + (behind * step)));
    }
}
