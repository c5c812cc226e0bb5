using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>Row t of group g: the largest of parts_{t,p,g}; [T × groups].</summary>
internal readonly struct LargestOfRowParts(ArrayView<double> parts, int rows, int count, ArrayView<double> result) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i)
    {
        var group = i / rows;
        var (start, largest) = (i - (group * rows) + (group * count * rows), double.NegativeInfinity);
        for (var part = 0; part < count; part++)
        {
            largest = Math.Max(largest, parts[start + (part * rows)]);
        }

        result[i] = largest;
    }
}
