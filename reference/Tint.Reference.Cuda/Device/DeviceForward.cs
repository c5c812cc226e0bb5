using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Cuda.Device;

/// <summary>A block's forward pass on a device, leaf by leaf, as <see cref="Simulation.SimulatedForward"/> reads it on the host.</summary>
/// <param name="algebra">What computes.</param>
/// <param name="configuration">The TinT.</param>
/// <param name="block">The block's weights.</param>
/// <param name="tokens">The tokens that flow through the block.</param>
/// <param name="encoder">What its cross-attention reads; null for none.</param>
internal sealed class DeviceForward(
    DeviceAlgebra algebra, TintConfiguration configuration, DeviceBlockWeights block, DeviceTokens tokens, DeviceEncoder? encoder)
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
            Norm or RmsNorm => OfNorm(leaf, input),
            Linear => DeviceLinear.Forward(algebra, configuration, block.Linear(leaf.Place), input),
            Activation => DeviceActivations.Forward(algebra, configuration, input),
            Attention { ReadsEncoder: false } attention => DeviceAttention.Forward(
                algebra,
                configuration,
                block.Linear(attention.Query.Place),
                block.Linear(attention.Key.Place),
                block.Linear(attention.Value.Place),
                input,
                tokens,
                attention.Form),
            Attention attention when encoder is not null => DeviceCrossAttention.Forward(
                algebra,
                configuration,
                block.Linear(attention.Query.Place),
                block.Linear(attention.Key.Place),
                block.Linear(attention.Value.Place),
                input,
                encoder.Output,
                encoder.Tokens,
                attention.Form),
            _ => throw leaf.Unread("the device"),
        };
        _memory.Add((leaf.Place, chunk, result.Memory));
        return result.Output;
    }

    /// <inheritdoc/>
    public DeviceMatrix Multiply(Product product, int chunk, DeviceMatrix left, DeviceMatrix right)
    {
        var (output, memory) = DeviceProduct.Forward(algebra, configuration, left, right);
        _memory.Add((product.Place, chunk, memory));
        Release(left);
        Release(right);
        return output;
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

    private (DeviceMatrix Output, DeviceNormMemory Memory) OfNorm(Leaf leaf, DeviceMatrix input)
    {
        // The memory is the input itself, and owns it from now on.
        _remembered.Add(input);
        return DeviceLayerNorm.Forward(algebra, configuration, block.Norm(leaf.Place), input, centred: leaf is Norm);
    }
}
