using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>result ← diag d, [D × D].</summary>
internal readonly struct SpreadDiagonal(ArrayView<double> diagonal, int width, ArrayView<double> result) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i) => result[i] = i % width == i / width ? diagonal[i / width] : 0;
}
