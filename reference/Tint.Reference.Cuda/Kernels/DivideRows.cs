using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>x ← (diag d)⁻¹·x, [rows × D].</summary>
internal readonly struct DivideRows(ArrayView<double> x, ArrayView<double> divisor, int rows) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i) => x[i] /= divisor[i % rows];
}
