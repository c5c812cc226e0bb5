using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>x ← exp(x − shift_t), in place, [T × columns].</summary>
internal readonly struct ExponentiateEntries(ArrayView<double> x, ArrayView<double> shift, int rows) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i) => x[i] = DeviceMath.Exp(x[i] - shift[i % rows]);
}
