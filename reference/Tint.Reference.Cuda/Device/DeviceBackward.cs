using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Cuda.Device;

/// <summary>A block's backward pass with its descents on a device, as <see cref="Simulation.SimulatedBackward"/> reads it on the host.</summary>
internal sealed class DeviceBackward(
    DeviceAlgebra algebra, TintConfiguration configuration, DeviceBlockWeights before, DeviceBlockMemory memory, DeviceTokens tokens)
    : IBackwardReading<DeviceMatrix>
{
    private readonly DeviceBlockWeights _before = before;

    /// <summary>The block's weights after the step; what has not descended are the same objects.</summary>
    public DeviceBlockWeights Updated { get; private set; } = before;

    /// <summary>The summed gradients that the descents subtracted.</summary>
    public DeviceBlockWeights Gradient { get; private set; } = new(before.Plan, new());

    /// <inheritdoc/>
    public int Parts(Chunks chunks) => 1;

    /// <inheritdoc/>
    public DeviceMatrix Backward(Leaf leaf, int chunk, DeviceMatrix gradient)
    {
        var kept = memory.Leaves[leaf.Place, chunk];
        return leaf switch
        {
            { IsPublished: false } => throw leaf.Unread("the device"),
            Norm => OfNorm(leaf.Place, gradient, (DeviceNormMemory)kept),
            Linear linear => OfLinear(linear, gradient, (DeviceMatrix)kept),
            Activation => DeviceActivations.Backward(algebra, configuration, gradient, (DeviceMatrix)kept),
            Attention attention => OfAttention(attention.Value.Place, gradient, (DeviceAttentionMemory)kept),
            _ => throw leaf.Unread("the device"),
        };
    }

    /// <inheritdoc/>
    public DeviceMatrix Add(Node node, DeviceMatrix newer, DeviceMatrix older)
    {
        algebra.AddTo(newer, older);
        return newer;
    }

    /// <inheritdoc/>
    public void Release(DeviceMatrix signal) => signal.Dispose();

    private DeviceMatrix OfNorm(Place place, DeviceMatrix gradient, DeviceNormMemory kept)
    {
        var (updated, step) = DeviceLayerNorm.Descent(algebra, configuration, _before.Norm(place), gradient, kept, tokens);
        Learn(place, updated, step);
        return DeviceLayerNorm.Backward(algebra, configuration, _before.Norm(place), gradient, kept);
    }

    private DeviceMatrix OfLinear(Linear linear, DeviceMatrix gradient, DeviceMatrix kept)
    {
        var (layer, copies) = (_before.Linear(linear.Place), configuration.Departures.MlpBiasLearntPerChunk ? linear.InputParts : 1);
        var (updated, step) = DeviceLinear.Descent(algebra, configuration, layer, gradient, kept, tokens, copies);
        Learn(linear.Place, updated, step);
        return DeviceLinear.Backward(algebra, configuration, layer.Weight, gradient);
    }

    private DeviceMatrix OfAttention(Place value, DeviceMatrix gradient, DeviceAttentionMemory kept)
    {
        var (result, updated, step) = DeviceAttention.BackwardDescent(algebra, configuration, _before.Linear(value), gradient, kept, tokens);
        Learn(value, updated, step);
        return result;
    }

    private void Learn(Place place, IDisposable updated, IDisposable step) =>
        (Updated, Gradient) = (Updated.With(place, updated), Gradient.With(place, step));
}
