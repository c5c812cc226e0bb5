using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>result ← every head's columns <paramref name="group"/> times in a row: head h of the result is head h/group of the source; [rows × heads·size].</summary>
internal readonly struct RepeatHeads(ArrayView<double> source, int rows, int size, int group, ArrayView<double> result) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i)
    {
        var column = i / rows;
        var head = column / size;
        result[i] = source[(((head / group * size) + (column - (head * size))) * rows) + (i - (column * rows))];
    }
}
