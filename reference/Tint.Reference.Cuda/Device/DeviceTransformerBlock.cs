using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Reference.Cuda.Device;

/// <summary><see cref="SimulatedBlock"/> on a device: a transformer block forward, and backward together with the descents: its plan read on a device.</summary>
internal static class DeviceTransformerBlock
{
    /// <summary>The block's output, [T × D_aux], and what its backward pass needs, which takes <paramref name="x"/> over.</summary>
    public static (DeviceMatrix Output, DeviceBlockMemory Memory) Forward(
        DeviceAlgebra algebra, TintConfiguration configuration, DeviceBlockWeights block, DeviceMatrix x, DeviceTokens tokens)
    {
        var reading = new DeviceForward(algebra, configuration, block, tokens);
        var output = Walk.Forward(block.Plan, reading, x);
        reading.Release(x);
        return (output, reading.Memory);
    }

    /// <summary>
    /// The gradient at the block's input, [T × D_aux], the block's weights after the step, and the summed gradients that the descents subtracted.
    /// </summary>
    public static (DeviceMatrix InputGradient, DeviceBlockWeights Updated, DeviceBlockWeights Gradient) BackwardDescent(
        DeviceAlgebra algebra,
        TintConfiguration configuration,
        DeviceBlockWeights block,
        DeviceMatrix gradient,
        DeviceBlockMemory memory,
        DeviceTokens tokens)
    {
        var reading = new DeviceBackward(algebra, configuration, block, memory, tokens);
        var input = Walk.Backward(block.Plan, reading, gradient);
        return (input, reading.Updated, reading.Gradient);
    }
}
