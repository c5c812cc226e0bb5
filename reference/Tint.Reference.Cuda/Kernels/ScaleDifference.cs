using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>s ← ρ[ρN(s − ρ·memory) + (1 − ρ)s], the difference that stands for the derivative, in place.</summary>
internal readonly struct ScaleDifference(ArrayView<double> s, ArrayView<double> memory, double rho, double scale) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i) => s[i] = rho * ((rho * (scale * (s[i] - (rho * memory[i])))) + ((1 - rho) * s[i]));
}
