using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>sum ← sum + addend.</summary>
internal readonly struct AddEntries(ArrayView<double> sum, ArrayView<double> addend) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i) => sum[i] += addend[i];
}
