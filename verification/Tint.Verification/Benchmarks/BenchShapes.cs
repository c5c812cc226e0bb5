using Tint.Reference;
using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Families;

namespace Tint.Verification.Benchmarks;

/// <summary>The shapes that can be timed: the published ones, one that takes no time, and the published sizes of every family.</summary>
internal static class BenchShapes
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
            "the shape must be known", $"'{name}'", $"use one of {string.Join(", ", Names)}");
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
    /// <param name="layers">L, from the first block on, of an encoder–decoder in each of the two; null for all.</param>
    /// <exception cref="RuleViolationException">There is no such family or size, no TinT has room for it, or it has fewer layers.</exception>
    public static TintConfiguration OfFamily(string family, string? size = null, int? layers = null)
    {
        var shape = FamilyShape.Of(FamilyCatalogue.Size(family, size ?? FamilyCatalogue.Sizes(family).First()));
        var plan = ModelPlan.Of(shape.Auxiliary);
        var (encoder, decoder) = (plan.EncoderBlocks, plan.Blocks.Count - plan.EncoderBlocks);
        if (layers is { } wanted && Require.AtLeast(wanted, 1, "the number of layers") > Math.Min(decoder, plan.HasEncoder ? encoder : decoder))
        {
            throw new RuleViolationException("the number of layers must be at most the model's", $"{wanted} for {decoder}", "use fewer");
        }

        var kept = Math.Min(encoder, layers ?? encoder);
        BlockPlan[] blocks = [.. plan.Blocks.Take(kept), .. plan.Blocks.Skip(encoder).Take(layers ?? decoder)];
        return shape with
        {
            Auxiliary = shape.Auxiliary with
            {
                LayerCount = blocks.Length,
                Architecture = plan with { Model = (plan.Model, blocks.Length), Blocks = blocks, EncoderBlocks = kept },
            },
            TrainedLayers = blocks.Length,
            InnerLearningRate = LearningRate,
        };
    }
}
