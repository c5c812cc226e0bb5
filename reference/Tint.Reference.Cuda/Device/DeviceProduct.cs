using Tint.Reference.Configuration;
using Tint.Reference.Cuda.Kernels;
using Tint.Reference.Simulation;

namespace Tint.Reference.Cuda.Device;

/// <summary><see cref="SimulatedProduct"/> on a device: y = a∘b.</summary>
internal static class DeviceProduct
{
    /// <summary>ρ A∘B and the memory ρA, ρB, all as <paramref name="left"/>, [T × width].</summary>
    public static (DeviceMatrix Output, DeviceProductMemory Memory) Forward(
        DeviceAlgebra algebra, TintConfiguration configuration, DeviceMatrix left, DeviceMatrix right)
    {
        var rho = SimulatedGate.Factor(configuration);
        return (Gated(algebra, left, right, rho), new DeviceProductMemory(algebra.Scaled(left, rho), algebra.Scaled(right, rho)));
    }

    /// <summary>∂A = ρ G∘B̃ and ∂B = ρ G∘Ã from the memory Ã, B̃, all [T × width].</summary>
    public static (DeviceMatrix Left, DeviceMatrix Right) Backward(
        DeviceAlgebra algebra, TintConfiguration configuration, DeviceMatrix gradient, DeviceProductMemory memory)
    {
        var rho = SimulatedGate.Factor(configuration);
        return (Gated(algebra, gradient, memory.Right, rho), Gated(algebra, gradient, memory.Left, rho));
    }

    private static DeviceMatrix Gated(DeviceAlgebra algebra, DeviceMatrix left, DeviceMatrix right, double rho)
    {
        var product = algebra.Like(left);
        algebra.Run(product.Length, new MultiplyEntries(left.View, right.View, product.View));
        algebra.Scale(product, rho);
        return product;
    }
}
