using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>x ← ρ(x − μ_t)/s_t + (1 − ρ)x, the gated normalisation, in place, [T × D].</summary>
internal readonly struct NormaliseEntries(ArrayView<double> x, ArrayView<double> mean, ArrayView<double> deviation, int rows, double rho) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i)
    {
        var row = i % rows;
        x[i] = (rho * ((x[i] - mean[row]) / deviation[row])) + ((1 - rho) * x[i]);
    }
}
