using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>Row t: √(eps + ρ·v_t), v_t the variance; in place, [T].</summary>
internal readonly struct DeviateRows(ArrayView<double> variance, double rho, double epsilon) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i) => variance[i] = Math.Sqrt(epsilon + (rho * variance[i]));
}
