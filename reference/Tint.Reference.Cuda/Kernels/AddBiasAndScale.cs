using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>out ← factor·(out + 1·biasᵀ), [rows × D].</summary>
internal readonly struct AddBiasAndScale(ArrayView<double> output, ArrayView<double> bias, int rows, double factor) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i) => output[i] = factor * (output[i] + bias[i / rows]);
}
