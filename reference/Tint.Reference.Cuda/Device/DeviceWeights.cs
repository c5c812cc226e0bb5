using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;

namespace Tint.Reference.Cuda.Device;

/// <summary>An auxiliary model's weights on a device.</summary>
internal sealed class DeviceWeights
{
    /// <summary>Copies them to the device.</summary>
    public DeviceWeights(DeviceArena arena, AuxiliaryWeights weights)
    {
        Host = weights;
        TokenEmbedding = arena.Upload(weights.TokenEmbedding);
        PositionEmbedding = arena.Upload(weights.PositionEmbedding);
        var plan = BlockPlan.Of(weights.Configuration);
        Blocks = [.. weights.Layers.Select(layer => DeviceBlockWeights.Upload(arena, plan, layer))];
        FinalNorm = DeviceNormLayer.Upload(arena, weights.FinalNorm);
    }

    /// <summary>The same weights on the host.</summary>
    public AuxiliaryWeights Host { get; }

    /// <summary>E, [V × D_aux].</summary>
    public DeviceMatrix TokenEmbedding { get; }

    /// <summary>The position table, [T_max × D_aux].</summary>
    public DeviceMatrix PositionEmbedding { get; }

    /// <summary>The blocks, in the order of the forward pass.</summary>
    public IReadOnlyList<DeviceBlockWeights> Blocks { get; }

    /// <summary>The normalisation after the last block.</summary>
    public DeviceNormLayer FinalNorm { get; }
}
