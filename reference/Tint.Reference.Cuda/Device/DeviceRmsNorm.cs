using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Reference.Cuda.Device;

/// <summary><see cref="SimulatedRmsNorm"/> on a device: a LayerNorm's steps with a mean of 0, and a bias of 0 that nothing moves.</summary>
internal static class DeviceRmsNorm
{
    /// <summary>Y = ρ³ S(X) Γᵀ, [T × D_aux], and what the backward pass needs, X included.</summary>
    public static (DeviceMatrix Output, DeviceNormMemory Memory) Forward(
        DeviceAlgebra algebra, TintConfiguration configuration, DeviceNormLayer layer, DeviceMatrix x) =>
        DeviceLayerNorm.Forward(algebra, configuration, layer, x, centred: false);

    /// <summary>∂X, [T × D_aux].</summary>
    public static DeviceMatrix Backward(
        DeviceAlgebra algebra, TintConfiguration configuration, DeviceNormLayer layer, DeviceMatrix gradient, DeviceNormMemory memory) =>
        DeviceLayerNorm.Backward(algebra, configuration, layer, gradient, memory, centred: false);

    /// <summary>Γ ← ρ(Γ − η Σ m g (ρ²z)ᵀ) unless biases alone are trained; and the summed gradients, that of the bias 0.</summary>
    public static (DeviceNormLayer Updated, DeviceNormLayer Gradient) Descent(
        DeviceAlgebra algebra,
        TintConfiguration configuration,
        DeviceNormLayer layer,
        DeviceMatrix gradient,
        DeviceNormMemory memory,
        DeviceTokens tokens)
    {
        var (updated, step) = DeviceLayerNorm.Descent(algebra, configuration, layer, gradient, memory, tokens);
        updated.Bias.Dispose();
        step.Bias.Dispose();
        var width = gradient.Columns;
        return (updated with { Bias = algebra.Arena.Zeros(width, 1) }, step with { Bias = algebra.Arena.Zeros(width, 1) });
    }
}
