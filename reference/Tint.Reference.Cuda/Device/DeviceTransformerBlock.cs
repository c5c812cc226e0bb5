using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Reference.Cuda.Device;

/// <summary><see cref="SimulatedBlock"/> on a device: a transformer block forward, and backward together with the descents: its plan read on a device.</summary>
internal static class DeviceTransformerBlock
{
    /// <summary>The block's output, [T × D_aux], and what its backward pass needs, which takes <paramref name="x"/> over.</summary>
    public static (DeviceMatrix Output, DeviceBlockMemory Memory) Forward(
        DeviceAlgebra algebra, TintConfiguration configuration, DeviceBlockWeights block, DeviceMatrix x, DeviceTokens tokens, DeviceEncoder? encoder = null)
    {
        var reading = new DeviceForward(algebra, configuration, block, tokens, encoder);
        var output = Walk.Forward(block.Plan, reading, x);
        reading.Release(x);
        return (output, reading.Memory);
    }

    /// <summary>The gradient at the block's input, [T × D_aux], and all that its descents, and cross-attention, leave.</summary>
    public static (DeviceMatrix InputGradient, DeviceBackward Reading) BackwardDescent(
        DeviceAlgebra algebra,
        TintConfiguration configuration,
        DeviceBlockWeights block,
        DeviceMatrix gradient,
        DeviceBlockMemory memory,
        DeviceTokens tokens,
        DeviceEncoder? encoder = null)
    {
        var reading = new DeviceBackward(algebra, configuration, block, memory, tokens, encoder);
        return (Walk.Backward(block.Plan, reading, gradient), reading);
    }
}
