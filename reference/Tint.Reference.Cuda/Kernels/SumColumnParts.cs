using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>Part p of column c: Σ over the rows p, p + parts, …; [parts × D]. Neighbouring turns read neighbouring rows.</summary>
internal readonly struct SumColumnParts(ArrayView<double> x, int rows, int parts, ArrayView<double> result) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i)
    {
        var (start, sum) = (i / parts * rows, 0.0);
        for (var row = i % parts; row < rows; row += parts)
        {
            sum += x[start + row];
        }

        result[i] = sum;
    }
}
