using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Modules.Loss;

namespace Tint.Reference.Counting;

/// <summary>The parameters of a TinT, counted over the weight tensors that its modules materialise, biases and position maps included.</summary>
/// <remarks>
/// A whole model is: the tied token embeddings and the position table; for each auxiliary layer one forward block with its 6 + 3C prefix
/// loads of K·D_sim numbers (the activations' empty loads included) and, if it is trained, one backward block; and the final norm, forward and
/// backward, with its own load. With blocks shared, later passes add nothing; with separate blocks every SGD step adds a forward block a
/// trained layer, and every step after the first a backward block as well. For GPT-2's published shape that makes 1,476,796,914.
/// Source: C27.
/// </remarks>
public static class ParameterCount
{
    /// <summary>The parameters of each module of the published code alone.</summary>
    public static IReadOnlyList<ModuleCount> Modules(TintConfiguration configuration)
    {
        AdmissibleShapes.Check(configuration);
        var counter = new ModuleCounter(configuration);
        return [.. ModuleCatalogue.Published.Select(name => counter.Module(name))];
    }

    /// <summary>The parts of a whole model; their totals add up to <see cref="WholeModel"/>.</summary>
    public static IReadOnlyList<ModuleCount> Parts(TintConfiguration configuration)
    {
        AdmissibleShapes.Check(configuration);
        var (auxiliary, counter) = (configuration.Auxiliary, new ModuleCounter(configuration));
        var plan = BlockPlan.Of(auxiliary);
        var (block, final) = (new BlockModules(plan, configuration.KeepsScorePath), new BlockModules(new BlockPlan(new Norm(Place.MlpNorm, auxiliary.HiddenSize))));
        var (trained, steps) = (configuration.TrainedLayers, configuration.SgdSteps);
        long extraPasses = configuration.ShareBlocks ? 0 : steps;
        return
        [
            new ModuleCount("token embeddings, tied with the head", Sizes.Count(auxiliary.VocabularySize, auxiliary.HiddenSize), 1),
            new ModuleCount("position table", Sizes.Count(PositionRows(auxiliary), auxiliary.HiddenSize), 1),
            new ModuleCount("forward block", counter.Of(block.Forward), Copies(auxiliary.LayerCount + (extraPasses * trained))),
            new ModuleCount("prefix loads of a block", Sizes.Count(counter.Load, plan.LoadCount), auxiliary.LayerCount),
            new ModuleCount(
                "backward block", counter.Of(block.Backward), Copies(steps == 0 ? 0 : trained * (configuration.ShareBlocks ? 1L : steps))),
            new ModuleCount("final norm, forward and backward", counter.Of([.. final.Forward, .. final.Backward]), 1),
            new ModuleCount("prefix load of the final norm", counter.Load, 1),
            .. OfOptimiser(configuration, plan, Copies(steps == 0 ? 0 : trained * (configuration.ShareBlocks ? 1L : steps))),
        ];
    }

    /// <summary>All parameters of a whole model.</summary>
    public static long WholeModel(TintConfiguration configuration) => Sizes.Sum(Parts(configuration).Select(part => part.Total));

    /// <summary>A gate for each module of a block that learns, and for the final norm; the layers that take the mean. Weight decay and rates add nothing.</summary>
    private static IEnumerable<ModuleCount> OfOptimiser(TintConfiguration configuration, BlockPlan plan, int blocks)
    {
        if (configuration.Optimiser.Momentum > 0)
        {
            var gate = ModuleCounter.Entries(new Momentum(configuration).Tensors());
            var learning = configuration.KeepsScorePath ? plan.Parameters.Count() : plan.Trained.Count();
            yield return new ModuleCount("momentum of a backward block", Sizes.Count(gate, learning), blocks);
            yield return new ModuleCount("momentum of the final norm", gate, 1);
        }

        if (configuration.Optimiser.MeanOverTargets)
        {
            yield return new ModuleCount("mean over targets", ModuleCounter.Entries(new LossMean(configuration).Tensors()), 1);
        }
    }

    private static int Copies(long count) => count <= int.MaxValue ? (int)count : throw Sizes.Uncountable($"{count} copies of a block");

    private static long PositionRows(AuxiliaryConfiguration auxiliary) => auxiliary.Family switch
    {
        AuxiliaryFamily.Gpt2 => auxiliary.MaximumPositions,
        AuxiliaryFamily.Opt => auxiliary.MaximumPositions + 2L,
        _ => throw Require.Unknown(auxiliary.Family, "the family"),
    };
}
