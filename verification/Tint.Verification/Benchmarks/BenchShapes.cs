using Tint.Reference;
using Tint.Reference.Configuration;

namespace Tint.Verification.Benchmarks;

/// <summary>The shapes that can be timed: the published ones, and one that takes no time.</summary>
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
}
