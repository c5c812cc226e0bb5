using Tint.Reference.Configuration;
using Tint.Reference.Cuda.Kernels;
using Tint.Reference.Simulation;

namespace Tint.Reference.Cuda.Device;

/// <summary><see cref="SimulatedActivation"/> on a device.</summary>
internal static class DeviceActivations
{
    /// <summary>ρσ(Z) and the memory ρZ, both as <paramref name="z"/>, [T × width].</summary>
    public static (DeviceMatrix Output, DeviceMatrix Memory) Forward(DeviceAlgebra algebra, TintConfiguration configuration, DeviceMatrix z)
    {
        var rho = SimulatedGate.Factor(configuration);
        var output = algebra.Like(z);
        algebra.Run(z.Length, new ActivateEntries(z.View, new DeviceActivation(configuration.Auxiliary.Activation), rho, output.View));
        return (output, algebra.Scaled(z, rho));
    }

    /// <summary>∂Z = N(σ(memory + G/N) − σ(memory)), or (N/2)(σ(memory + G/N) − σ(memory − G/N)) with the central stencil, [T × width].</summary>
    public static DeviceMatrix Backward(DeviceAlgebra algebra, TintConfiguration configuration, DeviceMatrix gradient, DeviceMatrix memory)
    {
        var result = algebra.Like(gradient);
        algebra.Run(result.Length, new DifferentiateActivation(
            gradient.View,
            memory.View,
            new DeviceActivation(configuration.Auxiliary.Activation),
            configuration.FiniteDifferenceScale,
            configuration.Stencil.Behind,
            configuration.Stencil.Weight,
            result.View));
        return result;
    }
}
