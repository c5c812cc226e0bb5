using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>result ← x∘y.</summary>
internal readonly struct MultiplyEntries(ArrayView<double> x, ArrayView<double> y, ArrayView<double> result) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i) => result[i] = x[i] * y[i];
}
