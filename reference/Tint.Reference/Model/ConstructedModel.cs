using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Modules.Loss;

namespace Tint.Reference.Model;

/// <summary>The modules of a whole TinT, which all of its runs share.</summary>
internal sealed class ConstructedModel
{
    private readonly Dictionary<double, BlockBackward> _backward;

    /// <summary>Writes the weights of all modules that a plan needs.</summary>
    public ConstructedModel(TintConfiguration configuration, ModelPlan plan, EndTables tables)
    {
        Tables = tables;
        BlockPlan[] plans =
        [
            .. plan.Blocks.Append(plan.Embedding).Append(plan.EncoderFinal).Append(plan.Final).OfType<BlockPlan>()
                .Distinct<BlockPlan>(ReferenceEqualityComparer.Instance),
        ];
        Forward = new BlockForward(configuration, plans);
        _backward = Enumerable.Range(0, plan.Blocks.Count).Select(configuration.OfLayer).Append(configuration)
            .DistinctBy(static one => one.InnerLearningRate).ToDictionary(static one => one.InnerLearningRate, one => new BlockBackward(one, plans));
        Loss = new LossGradient(configuration, tables.Head, tables.HeadBias);
        Mean = configuration.Optimiser.MeanOverTargets ? new LossMean(configuration) : null;
    }

    /// <summary>The tables at both ends.</summary>
    public EndTables Tables { get; }

    /// <summary>Blocks, and the nodes outside of them, forward.</summary>
    public BlockForward Forward { get; }

    /// <summary>Blocks, and the nodes outside of them, backward, with the η of a configuration; what has one η shares its modules.</summary>
    public BlockBackward Backward(TintConfiguration configuration) => _backward[configuration.InnerLearningRate];

    /// <summary>Head and loss gradient.</summary>
    public LossGradient Loss { get; }

    /// <summary>What makes a mean of the summed loss's gradient; null where the sum is meant.</summary>
    public LossMean? Mean { get; }
}
