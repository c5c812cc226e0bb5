using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Reference.Cuda.Device;

/// <summary>The nodes behind a model's last block, or its encoder's, as one run leaves their weights on a device; there may be none.</summary>
/// <param name="initial">The weights from which the run starts; null for no nodes.</param>
internal sealed class DeviceNodes(DeviceBlockWeights? initial)
{
    private DeviceBlockWeights? _updated;
    private DeviceBlockMemory? _memory;

    /// <summary>Whether there are none, so that signals pass through.</summary>
    public bool AreNone => initial is null;

    /// <summary>The nodes' output; the input is theirs from now on.</summary>
    public DeviceMatrix Forward(DeviceAlgebra algebra, TintConfiguration configuration, DeviceMatrix input, DeviceTokens tokens)
    {
        if ((_updated ?? initial) is not { } weights)
        {
            return input;
        }

        _memory?.Dispose();
        (var output, _memory) = DeviceTransformerBlock.Forward(algebra, configuration, weights, input, tokens);
        return output;
    }

    /// <summary>The gradient at their input, with the descents, whose summed gradients are added to those of <paramref name="steps"/>; the gradient is theirs from now on.</summary>
    public (DeviceMatrix InputGradient, AuxiliaryLayer Steps) Backward(
        DeviceAlgebra algebra, TintConfiguration configuration, DeviceMatrix gradient, DeviceTokens tokens, AuxiliaryLayer? steps)
    {
        if ((_updated ?? initial) is not { } weights)
        {
            return (gradient, steps ?? new AuxiliaryLayer());
        }

        var (input, reading) = DeviceTransformerBlock.BackwardDescent(algebra, configuration, weights, gradient, _memory!, tokens);
        gradient.Dispose();
        _memory!.Dispose();
        _memory = null;
        _updated?.Release(initial);
        _updated = reading.Updated;
        var learnt = steps is null ? null : reading.Gradient.Download(SimulatedGradient.UntrainedLayer(weights.Plan));
        reading.Gradient.Release();
        return (input, learnt is null ? new AuxiliaryLayer() : learnt.Parameters.Items.Aggregate(steps!, static (all, item) => all.With(item.Place, item.Value)));
    }

    /// <summary>A copy on the host of what descents have written; the rest is <paramref name="untrained"/>'s.</summary>
    public AuxiliaryLayer Download(AuxiliaryLayer untrained) => _updated?.Download(untrained, initial) ?? untrained;
}
