using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>With u = ρ·mapped: f ← ρ(u/N + ρx) + (1 − ρ)u, the input of the backward normalisation, in place of the mapped gradient.</summary>
internal readonly struct ShiftByGradient(ArrayView<double> mapped, ArrayView<double> x, double rho, double scale) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i)
    {
        var u = rho * mapped[i];
        mapped[i] = (rho * ((u / scale) + (rho * x[i]))) + ((1 - rho) * u);
    }
}
