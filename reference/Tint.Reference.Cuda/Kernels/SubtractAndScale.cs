using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>s ← factor·(s − other), the difference of two points that stands for the derivative, in place.</summary>
internal readonly struct SubtractAndScale(ArrayView<double> s, ArrayView<double> other, double factor) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i) => s[i] = factor * (s[i] - other[i]);
}
