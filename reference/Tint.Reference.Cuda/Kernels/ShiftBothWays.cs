using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>With h = ρ·mapped/N: the two points ρx + h, in place of the mapped gradient, and ρx + behind·h, where a backward normalisation looks.</summary>
internal readonly struct ShiftBothWays(
    ArrayView<double> mapped, ArrayView<double> x, double rho, double scale, double behind, ArrayView<double> back) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i)
    {
        var step = rho * mapped[i] / scale;
        mapped[i] = (rho * x[i]) + step;
        back[i] = (rho * x[i]) + (behind * step);
    }
}
