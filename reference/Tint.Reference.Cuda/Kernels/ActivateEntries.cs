using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>output ← ρσ(z).</summary>
internal readonly struct ActivateEntries(ArrayView<double> z, DeviceActivation activation, double rho, ArrayView<double> output) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i) => output[i] = rho * activation.Value(z[i]);
}
