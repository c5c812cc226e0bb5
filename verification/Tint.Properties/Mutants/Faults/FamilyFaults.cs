using Tint.Properties.Implementations;
using Tint.Reference.Architecture;

namespace Tint.Properties.Mutants.Faults;

/// <summary>Faults of a family's plan. The modules run the published code's models as they are.</summary>
internal static class FamilyFaults
{
    private const string Published = "the cases are of the published code, whose plan is not theirs";

    public static IReadOnlyList<Mutant> All { get; } =
    [
        Of("family.rotation-left-out", "Queries and keys are not turned by their positions.", "an option of attention that nothing reads", leaf => leaf is Attention attention
            ? attention with { Form = attention.Form with { Rotation = null } }
            : leaf),
        Of("family.slopes-left-out", "Scores get nothing for the distance of the key.", "ALiBi taken for a model without positions", leaf => leaf is Attention attention
            ? attention with { Form = attention.Form with { Slopes = null } }
            : leaf),
        Of("family.mean-subtracted", "A root-mean-square normalisation subtracts the mean.", "LayerNorm taken for RMSNorm", leaf => leaf is RmsNorm norm
            ? new Norm(norm.Place, norm.Width) { HasBias = false }
            : leaf),
        Of("family.scores-divided", "Scores are divided by √(D/H) where the model divides them by something else, or not.", "a constant of most models taken for one of all", leaf => leaf is Attention attention
            ? attention with { Form = attention.Form with { ScoreScale = null } }
            : leaf),
        OfPlan(
            "family.branches-in-turn",
            "Attention and MLP beside each other run one after the other.",
            "a parallel block taken for a sequential one",
            plan => plan with { Blocks = [.. plan.Blocks.Select(InTurn)] }),
        OfPlan(
            "family.embedding-norm-left-out",
            "The norm behind the embedding is left out.",
            "a layer outside of the blocks forgotten",
            plan => plan with { Embedding = null }),
        OfPlan(
            "family.head-unscaled",
            "The head's input is not scaled.",
            "the scale of a tied head forgotten",
            plan => plan with { HeadScale = 1 }),
    ];

    private static Mutant Of(string name, string fault, string models, Func<Leaf, Leaf> change) =>
        OfPlan(name, fault, models, plan => plan with { Blocks = [.. plan.Blocks.Select(block => block.Select(change))] });

    private static Mutant OfPlan(string name, string fault, string models, Func<ModelPlan, ModelPlan> change) =>
        Faulty.Mutant(name, fault, models, modules => new FamilyMutant(modules) { Fault = change }, unseenByFixtures: Published);

    private static BlockPlan InTurn(BlockPlan plan) => new([.. plan.Nodes.SelectMany(node => node is Residual residual && residual.Body[^1] is Sum sum
        ? sum.Branches.Select(branch => (Node)new Residual([.. residual.Body.SkipLast(1), .. branch.Nodes]))
        : [node])]);

    private sealed class FamilyMutant(ITintModules modules) : MutantTint(modules)
    {
        public required Func<ModelPlan, ModelPlan> Fault { get; init; }

        protected override ModelPlan FamilyPlan(ModelPlan plan)
        {
            var faulty = Fault(plan);
            return faulty with { Model = (plan.Model, faulty.Blocks) };
        }
    }
}
