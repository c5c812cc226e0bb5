using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>Column c: Σ_p parts_{p,c}/divisor, in order; [D].</summary>
internal readonly struct CombineColumnParts(ArrayView<double> sums, int parts, double divisor, ArrayView<double> result) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i)
    {
        var sum = 0.0;
        for (var part = 0; part < parts; part++)
        {
            sum += sums[(i * parts) + part];
        }

        result[i] = sum / divisor;
    }
}
