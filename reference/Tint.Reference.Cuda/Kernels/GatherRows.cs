using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>result ← the chosen rows of x, in order: [count × D] of [rows × D].</summary>
internal readonly struct GatherRows(ArrayView<double> x, int rows, ArrayView<int> chosen, int count, ArrayView<double> result) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i)
    {
        var column = i / count;
        result[i] = x[chosen[i - (column * count)] + (column * rows)];
    }
}
