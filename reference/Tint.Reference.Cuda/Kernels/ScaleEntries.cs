using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>result ← factor·x.</summary>
internal readonly struct ScaleEntries(ArrayView<double> x, double factor, ArrayView<double> result) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i) => result[i] = factor * x[i];
}
