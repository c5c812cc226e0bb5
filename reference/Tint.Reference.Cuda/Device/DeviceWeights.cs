using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Engines;

namespace Tint.Reference.Cuda.Device;

/// <summary>An auxiliary model's weights on a device.</summary>
internal sealed class DeviceWeights
{
    /// <summary>Copies them to the device.</summary>
    public DeviceWeights(DeviceArena arena, AuxiliaryWeights weights, ModelPlan plan)
    {
        var tables = EndTables.Of(weights);
        (Host, Plan) = (weights, plan);
        Tokens = arena.Upload(tables.Tokens);
        Head = ReferenceEquals(tables.Head, tables.Tokens) ? Tokens : arena.Upload(tables.Head);
        HeadBias = tables.HeadBias is { } bias ? arena.Upload(bias) : null;
        PositionEmbedding = weights.HasPositions ? arena.Upload(weights.PositionEmbedding) : null;
        Blocks = [.. weights.Layers.Zip(plan.Blocks, (layer, block) => DeviceBlockWeights.Upload(arena, block, layer))];
        (Embedding, EncoderFinal, Final) = (Outside(plan.Embedding), Outside(plan.EncoderFinal), Outside(plan.Final));

        DeviceBlockWeights? Outside(BlockPlan? nodes) => nodes is null ? null : DeviceBlockWeights.Upload(arena, nodes, weights.Outside);
    }

    /// <summary>The same weights on the host.</summary>
    public AuxiliaryWeights Host { get; }

    /// <summary>The model's plan.</summary>
    public ModelPlan Plan { get; }

    /// <summary>What tokens start as, [V × D_aux].</summary>
    public DeviceMatrix Tokens { get; }

    /// <summary>The head's weight, [V × D_aux]; where it is the token embedding, the same matrix.</summary>
    public DeviceMatrix Head { get; }

    /// <summary>The head's bias, [V × 1]; null for none.</summary>
    public DeviceMatrix? HeadBias { get; }

    /// <summary>The position table, [T_max × D_aux]; null for none.</summary>
    public DeviceMatrix? PositionEmbedding { get; }

    /// <summary>The blocks, in the order of the forward pass.</summary>
    public IReadOnlyList<DeviceBlockWeights> Blocks { get; }

    /// <summary>The nodes behind the embedding; null for none.</summary>
    public DeviceBlockWeights? Embedding { get; }

    /// <summary>The nodes behind the encoder's last block; null for none.</summary>
    public DeviceBlockWeights? EncoderFinal { get; }

    /// <summary>The nodes behind the last block; null for none.</summary>
    public DeviceBlockWeights? Final { get; }
}
