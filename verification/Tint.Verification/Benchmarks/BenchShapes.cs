using Tint.Reference;
using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Families;

namespace Tint.Verification.Benchmarks;

/// <summary>The shapes that can be timed: the published ones, one that takes no time, and the published sizes of every family of decoders.</summary>
public static class BenchShapes
{
    /// <summary>η of a timed step. What it is does not matter for time, as long as numbers stay finite.</summary>
    private const double LearningRate = 1e-4;

    private const string TinyName = "tiny";

    /// <summary>D 24, 2 layers, 3 heads, 16 positions.</summary>
    public static TintConfiguration Tiny { get; } = new()
    {
        Auxiliary = AuxiliaryConfiguration.Tiny,
        HiddenSize = 96,
        HeadCount = 12,
        PrefixCount = 8,
        TrainedLayers = 2,
        InnerLearningRate = LearningRate,
    };

    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = [TinyName, .. PublishedShapes.All.Keys];

    /// <summary>The shape of a name, with another number of layers if asked for, all of them trained.</summary>
    /// <exception cref="RuleViolationException">There is no such shape.</exception>
    public static TintConfiguration Of(string name, int? layers = null)
    {
        var shape = name == TinyName ? Tiny : PublishedShapes.All.GetValueOrDefault(name) ?? throw new RuleViolationException(
            "the shape must be known", $"\"{name}\"", $"use one of {string.Join(", ", Names)}");
        var count = layers ?? shape.Auxiliary.LayerCount;
        return shape with
        {
            Auxiliary = shape.Auxiliary with { LayerCount = count },
            TrainedLayers = count,
            InnerLearningRate = LearningRate,
        };
    }

    /// <summary>The TinT of a family's size, with fewer layers if asked for, all of them trained.</summary>
    /// <param name="family">As in "llama".</param>
    /// <param name="size">As in "7b"; null for the family's first.</param>
    /// <param name="layers">L, from the first block on; null for all.</param>
    /// <exception cref="RuleViolationException">There is no such family or size, no TinT has room for it, it reads two sequences, or has fewer layers.</exception>
    public static TintConfiguration OfFamily(string family, string? size = null, int? layers = null)
    {
        var shape = FamilyShape.Of(FamilyCatalogue.Size(family, size ?? FamilyCatalogue.Sizes(family).First()));
        var plan = ModelPlan.Of(shape.Auxiliary);
        if (plan.HasEncoder)
        {
            throw new RuleViolationException(
                "a timed model must read one sequence", $"{family}, an encoder–decoder", $"use one of {string.Join(", ", FamilyCatalogue.ModelTypes.Where(name => name != family))}");
        }

        var count = Require.AtLeast(layers ?? plan.Blocks.Count, 1, "the number of layers");
        if (count > plan.Blocks.Count)
        {
            throw new RuleViolationException("the number of layers must be at most the model's", $"{count} for {plan.Blocks.Count}", "use fewer");
        }

        return shape with
        {
            Auxiliary = shape.Auxiliary with
            {
                LayerCount = count,
                Architecture = plan with { Model = (plan.Model, count), Blocks = [.. plan.Blocks.Take(count)] },
            },
            TrainedLayers = count,
            InnerLearningRate = LearningRate,
        };
    }
}
