using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Cuda.Device;

/// <summary>A block's forward pass on a device, leaf by leaf, as <see cref="Simulation.SimulatedForward"/> reads it on the host.</summary>
internal sealed class DeviceForward(DeviceAlgebra algebra, TintConfiguration configuration, DeviceBlockWeights block, DeviceTokens tokens)
    : IForwardReading<DeviceMatrix>
{
    private readonly List<(Place, int, IDisposable)> _memory = [];
    private readonly HashSet<DeviceMatrix> _remembered = [];

    /// <summary>What the leaves have left so far.</summary>
    public DeviceBlockMemory Memory => new(new Placed<IDisposable>(_memory));

    /// <inheritdoc/>
    public int Parts(Chunks chunks) => 1;

    /// <inheritdoc/>
    public DeviceMatrix Forward(Leaf leaf, int chunk, DeviceMatrix input)
    {
        (DeviceMatrix Output, IDisposable Memory) result = leaf switch
        {
            { IsPublished: false } => throw leaf.Unread("the device"),
            Norm => OfNorm(leaf.Place, input),
            Linear => DeviceLinear.Forward(algebra, configuration, block.Linear(leaf.Place), input),
            Activation => DeviceActivations.Forward(algebra, configuration, input),
            Attention attention => DeviceAttention.Forward(
                algebra,
                configuration,
                block.Linear(attention.Query.Place),
                block.Linear(attention.Key.Place),
                block.Linear(attention.Value.Place),
                input,
                tokens),
            _ => throw leaf.Unread("the device"),
        };
        _memory.Add((leaf.Place, chunk, result.Memory));
        return result.Output;
    }

    /// <inheritdoc/>
    public DeviceMatrix Add(Node node, DeviceMatrix newer, DeviceMatrix older)
    {
        algebra.AddTo(newer, older);
        return newer;
    }

    /// <inheritdoc/>
    public void Release(DeviceMatrix signal)
    {
        if (!_remembered.Contains(signal))
        {
            signal.Dispose();
        }
    }

    private (DeviceMatrix Output, DeviceNormMemory Memory) OfNorm(Place place, DeviceMatrix input)
    {
        // The memory is the input itself, and owns it from now on.
        _remembered.Add(input);
        return DeviceLayerNorm.Forward(algebra, configuration, block.Norm(place), input);
    }
}
