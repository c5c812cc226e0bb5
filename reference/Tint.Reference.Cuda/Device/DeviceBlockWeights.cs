using Tint.Reference.Auxiliary;

namespace Tint.Reference.Cuda.Device;

/// <summary>One transformer block's weights, or the gradients of those that are trained, on a device.</summary>
internal sealed record DeviceBlockWeights
{
    /// <summary>The normalisation before attention.</summary>
    public required DeviceNormLayer AttentionNorm { get; init; }

    /// <summary>W_Q and b_Q; null among gradients, as they are not trained (V1).</summary>
    public DeviceLinearLayer? Query { get; init; }

    /// <summary>W_K and b_K; null among gradients.</summary>
    public DeviceLinearLayer? Key { get; init; }

    /// <summary>W_V and b_V.</summary>
    public required DeviceLinearLayer Value { get; init; }

    /// <summary>The projection after attention.</summary>
    public required DeviceLinearLayer Output { get; init; }

    /// <summary>The normalisation before the MLP.</summary>
    public required DeviceNormLayer MlpNorm { get; init; }

    /// <summary>The MLP's first layer.</summary>
    public required DeviceLinearLayer Inner { get; init; }

    /// <summary>The MLP's second layer.</summary>
    public required DeviceLinearLayer Outer { get; init; }

    /// <summary>A copy on the device.</summary>
    public static DeviceBlockWeights Upload(DeviceArena arena, AuxiliaryLayer layer) => new()
    {
        AttentionNorm = DeviceNormLayer.Upload(arena, layer.AttentionNorm),
        Query = DeviceLinearLayer.Upload(arena, layer.Query),
        Key = DeviceLinearLayer.Upload(arena, layer.Key),
        Value = DeviceLinearLayer.Upload(arena, layer.Value),
        Output = DeviceLinearLayer.Upload(arena, layer.Output),
        MlpNorm = DeviceNormLayer.Upload(arena, layer.MlpNorm),
        Inner = DeviceLinearLayer.Upload(arena, layer.Inner),
        Outer = DeviceLinearLayer.Upload(arena, layer.Outer),
    };

    /// <summary>A copy on the host of what descents write; the rest is <paramref name="untrained"/>'s.</summary>
    public AuxiliaryLayer Download(AuxiliaryLayer untrained) => untrained with
    {
        AttentionNorm = AttentionNorm.Download(),
        Value = Value.Download(),
        Output = Output.Download(),
        MlpNorm = MlpNorm.Download(),
        Inner = Inner.Download(),
        Outer = Outer.Download(),
    };

    /// <summary>Gives back what descents write; W_Q and W_K live on.</summary>
    public void ReleaseTrained()
    {
        foreach (IDisposable layer in new IDisposable[] { AttentionNorm, Value, Output, MlpNorm, Inner, Outer })
        {
            layer.Dispose();
        }
    }
}
