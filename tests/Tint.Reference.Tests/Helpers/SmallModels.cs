using Tint.Reference.Configuration;
using Tint.Reference.Input;

namespace Tint.Reference.Tests.Helpers;

/// <summary>A whole model that is small enough for plain loops, and sequences for it.</summary>
internal static class SmallModels
{
    /// <summary>D = 6, H = 2, two layers, C = 2; K = 2, so n = 3 and D_sim = 24; 8 heads of 3.</summary>
    public static TintConfiguration Configuration { get; } = new()
    {
        Auxiliary = new AuxiliaryConfiguration
        {
            HiddenSize = 6,
            HeadCount = 2,
            LayerCount = 2,
            VocabularySize = 7,
            MaximumPositions = 8,
            MlpChunkCount = 2,
        },
        HiddenSize = 24,
        HeadCount = 8,
        PrefixCount = 2,
        TrainedLayers = 2,
        InnerLearningRate = 0.01,
    };

    /// <summary>Random tokens with a random train mask, its last entry 1, and labels; on demand with random gradient and attention masks.</summary>
    public static TokenSequence Sequence(AuxiliaryConfiguration configuration, int length, int seed, bool masks = false)
    {
        var random = new RandomNumbers(seed);
        int[] ids = [.. Enumerable.Range(0, length).Select(_ => random.Below(configuration.VocabularySize))];
        return new TokenSequence
        {
            InputIds = ids,
            TrainMask = [.. random.Mask(length)[..^1], 1],
            Labels = ids,
            GradientMask = masks ? random.Mask(length) : null,
            IclMask = masks ? random.IclMask(length) : null,
        };
    }
}
