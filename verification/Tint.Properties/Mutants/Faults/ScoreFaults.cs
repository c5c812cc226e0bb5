using Tint.Reference.Configuration;

namespace Tint.Properties.Mutants.Faults;

/// <summary>Faults of attention's score path, where it is kept.</summary>
internal static class ScoreFaults
{
    private const string Dropped = "the published code drops the score path";

    public static IReadOnlyList<Mutant> All { get; } =
    [
        new()
        {
            Name = "score.query-key-swapped",
            Fault = "The gradient at the queries is taken for that at the keys, and the other way round.",
            Models = "the transposed product in the place of the plain one",
            UnseenByFixtures = Dropped,
            Apply = modules => new FaultyModules(modules)
            {
                AttentionScoreBackwardFault = correct => (configuration, value, gradient, memory, mask) =>
                {
                    var (query, key) = correct(configuration, value, gradient, memory, mask);
                    return (key, query);
                },
            },
        },
        new()
        {
            Name = "score.scale-forgotten",
            Fault = "The gradients at queries and keys lack the factor 1/√d of scores.",
            Models = "the scale left out where the gradient goes on from the scores to queries and keys",
            UnseenByFixtures = Dropped,
            Apply = modules => new FaultyModules(modules)
            {
                AttentionScoreBackwardFault = correct => (configuration, value, gradient, memory, mask) =>
                {
                    var (query, key) = correct(configuration, value, gradient, memory, mask);
                    var root = Math.Sqrt(configuration.Auxiliary.HeadSize);
                    return (root * query, root * key);
                },
            },
        },
        new()
        {
            Name = "score.values-of-queries",
            Fault = "Values are computed again from the queries in memory, not from x.",
            Models = "the first memory slot read where the third was meant",
            UnseenByFixtures = Dropped,
            Apply = modules => new FaultyModules(modules)
            {
                AttentionScoreBackwardFault = correct => (configuration, value, gradient, memory, mask) =>
                    correct(configuration, value, gradient, memory with { Input = memory.Query }, mask),
            },
        },
        new()
        {
            Name = "score.other-stencil",
            Fault = "The score path takes the forward difference where the central one is asked for, and the other way round.",
            Models = "an option that one of three modules reads the wrong way",
            UnseenByFixtures = Dropped,
            Apply = modules => new FaultyModules(modules)
            {
                AttentionScoreBackwardFault = correct => (configuration, value, gradient, memory, mask) => correct(
                    configuration with { Stencil = configuration.Stencil == Stencil.Central ? Stencil.Forward : Stencil.Central },
                    value,
                    gradient,
                    memory,
                    mask),
            },
        },
        new()
        {
            Name = "score.mask-ignored",
            Fault = "The score path attends to every earlier token, whatever the icl mask says.",
            Models = "an optional argument handed on by one of two callers",
            UnseenByFixtures = Dropped,
            Apply = modules => new FaultyModules(modules)
            {
                AttentionScoreBackwardFault = correct => (configuration, value, gradient, memory, _) =>
                    correct(configuration, value, gradient, memory, null),
            },
        },
    ];
}
