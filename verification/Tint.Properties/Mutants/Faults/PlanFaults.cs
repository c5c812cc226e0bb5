using Tint.Properties.Implementations;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Properties.Mutants.Faults;

/// <summary>Faults of a block's plan, and of the walk through it: every reading would have them alike.</summary>
internal static class PlanFaults
{
    public static IReadOnlyList<Mutant> All { get; } =
    [
        Faulty.Mutant(
            "plan.sublayers-swapped",
            "Blocks run the MLP before attention, forward and backward.",
            "a plan's nodes in another order",
            modules => new FaultyPlan(modules) { Fault = plan => new(Enumerable.Reverse(plan.Nodes).ToArray()) }),
        Faulty.Mutant(
            "plan.norm-after-attention",
            "Attention reads the block's input, and the normalisation its output.",
            "two neighbouring nodes swapped",
            modules => new FaultyPlan(modules) { Fault = plan => OfBody(plan, 0, body => [body[1], body[0], .. body.Skip(2)]) }),
        Faulty.Mutant(
            "plan.norm-left-out",
            "The MLP reads the residual stream, without the normalisation before it.",
            "a node left out of the plan",
            modules => new FaultyPlan(modules) { Fault = plan => OfBody(plan, 1, body => [.. body.Skip(1)]) }),
        Faulty.Mutant(
            "plan.residual-lost",
            "The MLP has no residual connection, forward and backward; attention has one.",
            "the nodes of a residual connection written without it",
            modules => new FaultyPlan(modules) { Fault = plan => new([plan.Nodes[0], .. ((Residual)plan.Nodes[1]).Body]) }),
        Faulty.Mutant(
            "plan.residual-around-both",
            "One residual connection runs around attention and MLP together.",
            "the second residual connection taken from the first one's input",
            modules => new FaultyPlan(modules)
            {
                Fault = plan => new(new Residual([.. plan.Nodes.SelectMany(node => ((Residual)node).Body)])),
            }),
        Faulty.Mutant(
            "plan.neighbours-norm",
            "The normalisation before the MLP reads γ and β of the one before attention.",
            "a place's name copied with the line above it",
            modules => new NeighboursNorm(modules)),
        Faulty.Mutant(
            "plan.backward-order-kept",
            "The backward pass runs through attention first and then through the MLP, as the forward pass does.",
            "a walk that is not reversed at its outermost nodes",
            modules => new FaultyPlan(modules) { BackwardFault = plan => new(Enumerable.Reverse(plan.Nodes).ToArray()) }),
        Faulty.Mutant(
            "plan.reversed-by-one",
            "The backward pass leaves out the last leaf of attention's part, the projection, which is neither passed through nor trained.",
            "a reversed loop that starts one too low",
            modules => new FaultyPlan(modules) { BackwardFault = plan => OfBody(plan, 0, body => [.. body.SkipLast(1)]) }),
        Faulty.Mutant(
            "plan.chunk-missed",
            "Of more than one chunk of the MLP the last one is not summed, forward and backward.",
            "a loop over chunks that ends one too early",
            modules => new ChunkMissed(modules)),
    ];

    /// <summary>The plan with another body of its residual connection number <paramref name="index"/>.</summary>
    private static BlockPlan OfBody(BlockPlan plan, int index, Func<IReadOnlyList<Node>, IReadOnlyList<Node>> change) =>
        new([.. plan.Nodes.Select((node, i) => i == index ? new Residual(change(((Residual)node).Body)) : node)]);

    /// <summary>A plan with a fault, in both passes or in the backward pass alone.</summary>
    private sealed class FaultyPlan(ITintModules modules) : MutantTint(modules)
    {
        public Func<BlockPlan, BlockPlan>? Fault { get; init; }

        public Func<BlockPlan, BlockPlan>? BackwardFault { get; init; }

        protected override BlockPlan Plan(TintConfiguration configuration) => Changed(base.Plan(configuration), Fault);

        protected override BlockPlan BackwardPlan(TintConfiguration configuration) => Changed(base.BackwardPlan(configuration), BackwardFault);

        private static BlockPlan Changed(BlockPlan plan, Func<BlockPlan, BlockPlan>? fault) => fault?.Invoke(plan) ?? plan;
    }

    private sealed class NeighboursNorm(ITintModules modules) : MutantTint(modules)
    {
        protected override LayerNormParameters NormAt(AuxiliaryLayer layer, Place place) =>
            base.NormAt(layer, place == Place.MlpNorm ? Place.AttentionNorm : place);
    }

    private sealed class ChunkMissed(ITintModules modules) : MutantTint(modules)
    {
        protected override int Parts(Chunks chunks) => Math.Max(1, base.Parts(chunks) - 1);
    }
}
