using ILGPU;
using Tint.Reference.Configuration;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>output ← ρσ(z).</summary>
internal readonly struct ActivateEntries(ArrayView<double> z, ActivationKind kind, double rho, ArrayView<double> output) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i) => output[i] = rho * DeviceActivation.Value(kind, z[i]);
}
