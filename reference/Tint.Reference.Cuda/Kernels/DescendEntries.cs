using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>result ← ρ(old − η·gradient).</summary>
internal readonly struct DescendEntries(ArrayView<double> old, ArrayView<double> gradient, double rho, double eta, ArrayView<double> result) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i) => result[i] = rho * (old[i] - (eta * gradient[i]));
}
