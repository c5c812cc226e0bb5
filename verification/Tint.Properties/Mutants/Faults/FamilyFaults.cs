using Tint.Properties.Implementations;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;

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
            "family.branches-alone",
            "Attention and MLP beside each other have no residual connection around them.",
            "a residual connection taken for a part of each branch",
            plan => plan with { Blocks = [.. plan.Blocks.Select(block => OfResiduals(block, Alone))] }),
        OfPlan(
            "family.norms-first",
            "A block whose norms follow its residual connections has them before attention and MLP.",
            "post-norm taken for pre-norm",
            plan => plan with { Blocks = [.. plan.Blocks.Select(NormsFirst)] }),
        OfPlan(
            "family.residual-behind-norm",
            "Residual connections start behind the norm that they go around.",
            "the normalised signal kept in the place of its input",
            plan => plan with { Blocks = [.. plan.Blocks.Select(block => OfResiduals(block, BehindNorm))] }),
        OfPlan(
            "family.embedding-norm-left-out",
            "The norm behind the embedding is left out.",
            "a layer outside of the blocks forgotten",
            plan => plan with { Embedding = null }),
        OfPlan(
            "family.embedding-norm-around",
            "What the norm behind the embedding normalises is added to its result.",
            "a residual connection taken for granted around every norm",
            plan => plan with { Embedding = Around(plan.Embedding) }),
        OfPlan(
            "family.final-norm-left-out",
            "Nothing follows the last block, neither forward nor backward.",
            "post-norm OPT, which has no final norm, taken for every model",
            plan => plan with { Final = null }),
        OfPlan(
            "family.final-norm-around",
            "What the norm behind the last block normalises is added to its result.",
            "a residual connection taken for granted around every norm",
            plan => plan with { Final = Around(plan.Final) }),
        OfPlan(
            "family.scores-of-first-layer",
            "Every block is the first of its stack, whose number divides its scores.",
            "one plan for all blocks where scores are divided by the layer's number",
            plan => plan with { Blocks = [.. plan.Blocks.Select((_, index) => plan.Blocks[index < plan.EncoderBlocks ? 0 : plan.EncoderBlocks])] },
            "models of proofs have one block a stack"),
        Of("family.bias-comes-to-be", "Layers without bias learn one.", "no bias taken for a bias of 0", leaf => leaf switch
        {
            Linear linear => Biased(linear),
            Attention attention => attention with { Query = Biased(attention.Query), Key = Biased(attention.Key), Value = Biased(attention.Value) },
            _ => leaf,
        }),
        Of(
            "family.bare-norm-learns",
            "A norm without γ and β learns them.",
            "no parameters taken for a γ of 1 and a β of 0",
            leaf => leaf is Norm norm ? norm with { IsAffine = true, HasBias = true } : leaf,
            "no proof is of a model whose norms are bare"),
        OfPlan(
            "family.head-unscaled",
            "The head's input is not scaled.",
            "the scale of a tied head forgotten",
            plan => plan with { HeadScale = 1 }),
        OfPlan(
            "family.head-scaled-twice",
            "The head's input is scaled twice.",
            "a scale in the head's table and again before it",
            plan => plan with { HeadScale = plan.HeadScale * plan.HeadScale }),
        OfEnds(
            "family.head-tied",
            "A head of its own has the weight of the token embedding.",
            "a tied head taken for granted",
            weights => weights.Head is { } head && weights.HeadProjection is null ? weights with { Head = head with { Weight = weights.TokenEmbedding } } : weights),
        OfEnds(
            "family.head-bias-left-out",
            "A head has no bias.",
            "a bias that most heads do not have",
            weights => weights.Head is { } head ? weights with { Head = head with { Bias = head.Bias * 0 } } : weights),
        OfEnds(
            "family.projection-out-of-in",
            "The projection out of the residual width is the transpose of the one into it.",
            "one projection taken for two, as one embedding is for a tied head",
            weights => weights.EmbeddingProjection is { } into && weights.HeadProjection is { } outOf
                ? weights with { HeadProjection = outOf with { Weight = into.Weight.Transpose() } }
                : weights),
        OfEnds(
            "family.projection-into-of-out",
            "The projection into the residual width is the transpose of the one out of it.",
            "the same the other way round",
            weights => weights.EmbeddingProjection is { } into && weights.HeadProjection is { } outOf
                ? weights with { EmbeddingProjection = into with { Weight = outOf.Weight.Transpose() } }
                : weights),
    ];

    private static Mutant Of(string name, string fault, string models, Func<Leaf, Leaf> change, string? unseenByProof = null) =>
        OfPlan(name, fault, models, plan => plan with { Blocks = [.. plan.Blocks.Select(block => block.Select(change))] }, unseenByProof);

    private static Mutant OfPlan(string name, string fault, string models, Func<ModelPlan, ModelPlan> change, string? unseenByProof = null) =>
        Faulty.Mutant(name, fault, models, modules => new FamilyMutant(modules) { Fault = change }, unseenByFixtures: Published, unseenByProof: unseenByProof);

    private static Mutant OfEnds(string name, string fault, string models, Func<AuxiliaryWeights, AuxiliaryWeights> change) =>
        Faulty.Mutant(name, fault, models, modules => new EndsMutant(modules) { Fault = change }, unseenByFixtures: Published);

    private static Linear Biased(Linear linear) => linear with { HasBias = true };

    private static IEnumerable<Node> Alone(Residual residual) => residual.Body[^1] is Sum ? residual.Body : [residual];

    private static IEnumerable<Node> BehindNorm(Residual residual) =>
        residual.Body[0] is Norm or RmsNorm ? [residual.Body[0], new Residual([.. residual.Body.Skip(1)])] : [residual];

    private static BlockPlan? Around(BlockPlan? norm) => norm is null ? null : new(new Residual([.. norm.Nodes]));

    private static BlockPlan OfResiduals(BlockPlan plan, Func<Residual, IEnumerable<Node>> change) =>
        new([.. plan.Nodes.SelectMany(node => node is Residual residual ? change(residual) : [node])]);

    private static BlockPlan NormsFirst(BlockPlan plan) => plan.Nodes is [Residual, Norm or RmsNorm, Residual, Norm or RmsNorm]
        ? new([.. plan.Nodes.Chunk(2).Select(pair => new Residual([pair[1], .. ((Residual)pair[0]).Body]))])
        : plan;

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

    /// <summary>A fault in the tables at both ends; what comes back has the model's own.</summary>
    private sealed class EndsMutant(ITintModules modules) : MutantTint(modules)
    {
        public required Func<AuxiliaryWeights, AuxiliaryWeights> Fault { get; init; }

        public override TintOutcome Run(TintConfiguration configuration, AuxiliaryWeights weights, IReadOnlyList<TokenSequence> batch)
        {
            ArgumentNullException.ThrowIfNull(configuration);
            if (configuration.Auxiliary.Architecture is not ModelPlan)
            {
                return base.Run(configuration, weights, batch);
            }

            var outcome = base.Run(configuration, Fault(weights), batch);
            return outcome with { Sequences = [.. outcome.Sequences.Select(sequence => sequence with { UpdatedWeights = Own(sequence.UpdatedWeights) })] };

            AuxiliaryWeights Own(AuxiliaryWeights updated) => updated with
            {
                Head = weights.Head,
                HeadProjection = weights.HeadProjection,
                EmbeddingProjection = weights.EmbeddingProjection,
            };
        }
    }
}
