using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>result ← the sum of every <paramref name="group"/> heads in a row; [rows × heads/group·size].</summary>
internal readonly struct SumHeads(ArrayView<double> source, int rows, int size, int group, ArrayView<double> result) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i)
    {
        var column = i / rows;
        var head = column / size;
        var (first, sum) = ((((head * group * size) + (column - (head * size))) * rows) + (i - (column * rows)), 0.0);
        for (var member = 0; member < group; member++)
        {
            sum += source[first + (member * size * rows)];
        }

        result[i] = sum;
    }
}
