using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>out ← ρ(ρ²·out + ρ·1βᵀ), what gates leave of a mapped normalisation, in place, [T × D].</summary>
internal readonly struct GateNormalised(ArrayView<double> output, ArrayView<double> beta, int rows, double rho) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i) => output[i] = rho * ((rho * rho * output[i]) + (rho * beta[i / rows]));
}
