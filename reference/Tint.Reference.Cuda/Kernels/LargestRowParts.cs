using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>Part p of row t: the largest entry of the columns p·width … (p + 1)·width − 1; [T × parts].</summary>
internal readonly struct LargestRowParts(ArrayView<double> x, int rows, int columns, int width, ArrayView<double> result) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i)
    {
        var part = i / rows;
        var (row, last, largest) = (i - (part * rows), Math.Min(columns, (part + 1) * width), double.NegativeInfinity);
        for (var column = part * width; column < last; column++)
        {
            largest = Math.Max(largest, x[row + (column * rows)]);
        }

        result[i] = largest;
    }
}
