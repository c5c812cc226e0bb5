using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>Row t of group g: Σ_p parts_{t,p,g}/divisor, in order; [T × groups].</summary>
internal readonly struct CombineRowParts(ArrayView<double> sums, int rows, int parts, double divisor, ArrayView<double> result) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i)
    {
        var group = i / rows;
        var (start, sum) = (i - (group * rows) + (group * parts * rows), 0.0);
        for (var part = 0; part < parts; part++)
        {
            sum += sums[start + (part * rows)];
        }

        result[i] = sum / divisor;
    }
}
