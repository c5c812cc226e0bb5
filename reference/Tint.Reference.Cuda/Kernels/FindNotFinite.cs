using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>Part p: the first of the entries p, p + parts, … that is not finite, or 0.</summary>
internal readonly struct FindNotFinite(ArrayView<double> x, int length, int parts, ArrayView<double> result) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i)
    {
        var found = 0.0;
        for (var place = i; place < length && found == 0; place += parts)
        {
            found = Math.Abs(x[place]) <= double.MaxValue ? 0 : x[place];
        }

        result[i] = found;
    }
}
