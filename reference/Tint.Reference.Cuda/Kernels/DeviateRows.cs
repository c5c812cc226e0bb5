using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>Row t: s_t = √(eps + ρ·v_t), v_t the variance; in place, [T]. An infinite s_t becomes NaN, lest it leave a row of plausible zeros.</summary>
internal readonly struct DeviateRows(ArrayView<double> variance, double rho, double epsilon) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i)
    {
        var deviation = Math.Sqrt(epsilon + (rho * variance[i]));
        variance[i] = deviation + (deviation * 0);
    }
}
