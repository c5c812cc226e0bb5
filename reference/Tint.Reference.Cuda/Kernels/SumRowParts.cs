using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>Part p of row t: Σ over the columns p·width … (p + 1)·width − 1; [T × parts].</summary>
internal readonly struct SumRowParts(ArrayView<double> x, int rows, int columns, int width, ArrayView<double> result) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i)
    {
        var part = i / rows;
        var (row, last, sum) = (i - (part * rows), Math.Min(columns, (part + 1) * width), 0.0);
        for (var column = part * width; column < last; column++)
        {
            sum += x[row + (column * rows)];
        }

        result[i] = sum;
    }
}
