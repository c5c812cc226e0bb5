using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>result ← x·diag γ, [rows × D].</summary>
internal readonly struct ScaleColumns(ArrayView<double> x, ArrayView<double> gamma, int rows, ArrayView<double> result) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i) => result[i] = gamma[i / rows] * x[i];
}
