using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Modules.Loss;

namespace Tint.Reference.Model;

/// <summary>The modules of a whole TinT, which all of its runs share.</summary>
internal sealed class ConstructedModel
{
    /// <summary>Writes the weights of all modules that a plan needs.</summary>
    public ConstructedModel(TintConfiguration configuration, ModelPlan plan, EndTables tables)
    {
        Tables = tables;
        BlockPlan[] plans =
        [
            .. plan.Blocks.Append(plan.Embedding).Append(plan.EncoderFinal).Append(plan.Final).OfType<BlockPlan>()
                .Distinct<BlockPlan>(ReferenceEqualityComparer.Instance),
        ];
        (Forward, Backward) = (new BlockForward(configuration, plans), new BlockBackward(configuration, plans));
        Loss = new LossGradient(configuration, tables.Head, tables.HeadBias);
    }

    /// <summary>The tables at both ends.</summary>
    public EndTables Tables { get; }

    /// <summary>Blocks, and the nodes outside of them, forward.</summary>
    public BlockForward Forward { get; }

    /// <summary>Blocks, and the nodes outside of them, backward.</summary>
    public BlockBackward Backward { get; }

    /// <summary>Head and loss gradient.</summary>
    public LossGradient Loss { get; }
}
