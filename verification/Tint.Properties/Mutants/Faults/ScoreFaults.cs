using Tint.Properties.Implementations;
using Tint.Reference.Configuration;

namespace Tint.Properties.Mutants.Faults;

/// <summary>Faults of attention's score path, where it is kept.</summary>
internal static class ScoreFaults
{
    private const string Dropped = "the published code drops the score path";

    public static IReadOnlyList<Mutant> All { get; } =
    [
        Of(
            "score.query-key-swapped",
            "The gradient at the queries is taken for that at the keys, and the other way round.",
            "the transposed product in the place of the plain one",
            Faulty.AttentionScoreBackward(correct => (configuration, value, gradient, memory, mask) =>
            {
                var (query, key) = correct(configuration, value, gradient, memory, mask);
                return (key, query);
            })),
        Of(
            "score.scale-forgotten",
            "The gradients at queries and keys lack the factor 1/√d of scores.",
            "the scale left out where the gradient goes on from the scores to queries and keys",
            Faulty.AttentionScoreBackward(correct => (configuration, value, gradient, memory, mask) =>
            {
                var (query, key) = correct(configuration, value, gradient, memory, mask);
                var root = Math.Sqrt(configuration.Auxiliary.HeadSize);
                return (root * query, root * key);
            })),
        Of(
            "score.values-of-queries",
            "Values are computed again from the queries in memory, not from x.",
            "the first memory slot read where the third was meant",
            Faulty.AttentionScoreBackward(correct => (configuration, value, gradient, memory, mask) =>
                correct(configuration, value, gradient, memory with { Input = memory.Query }, mask))),
        Of(
            "score.other-stencil",
            "The score path takes the forward difference where the central one is asked for, and the other way round.",
            "an option that one of three modules reads the wrong way",
            Faulty.AttentionScoreBackward(correct => (configuration, value, gradient, memory, mask) => correct(
                configuration with { Stencil = configuration.Stencil == Stencil.Central ? Stencil.Forward : Stencil.Central },
                value,
                gradient,
                memory,
                mask))),
        Of(
            "score.mask-ignored",
            "The score path attends to every earlier token, whatever the icl mask says.",
            "an optional argument handed on by one of two callers",
            Faulty.AttentionScoreBackward(correct => (configuration, value, gradient, memory, _) =>
                correct(configuration, value, gradient, memory, null))),
    ];

    private static Mutant Of(string name, string fault, string models, Func<ITintModules, ITint> apply) =>
        Faulty.Mutant(name, fault, models, apply, unseenByFixtures: Dropped);
}
