using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>result ← the diagonal of a square matrix, [D].</summary>
internal readonly struct TakeDiagonal(ArrayView<double> matrix, int width, ArrayView<double> result) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i) => result[i] = matrix[i + (i * width)];
}
