using Tint.Reference.Configuration;
using Tint.Reference.Primitives;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Primitives;

/// <summary>
/// Attention layers that no module writes: heads that read the same few sources, so that some share scores or values, with random maps inside
/// heads and position parts on random heads.
/// </summary>
internal static class RandomAttention
{
    /// <summary>A layer with heads of a given width.</summary>
    public static AttentionWeights Of(TintConfiguration configuration, int headSize, int seed)
    {
        var random = new RandomNumbers(seed);
        var heads = configuration.HiddenSize / headSize;
        Projection Projection() => new(
            Mixing(random, configuration, headSize),
            random.OnceIn(2) ? PerHeadLinear.Identity(heads, headSize) : random.PerHead(heads, headSize),
            Positions(random, configuration, headSize, heads));
        return new AttentionWeights
        {
            HeadCount = heads,
            HeadSize = headSize,
            Query = Projection(),
            Key = Projection(),
            Value = Projection(),
            Output = random.Mixing(heads, headSize),
        };
    }

    /// <summary>
    /// Coordinates in random order within each head. It merges no terms, so that whoever applies it behind the output mixing, or together with
    /// it, rounds the same sums.
    /// </summary>
    public static PerHeadLinear Permutation(int heads, int headSize, int seed)
    {
        var random = new RandomNumbers(seed);
        var linear = new PerHeadLinear(heads, headSize);
        for (var head = 0; head < heads; head++)
        {
            int[] sources = [.. Enumerable.Range(0, headSize).OrderBy(_ => random.Uniform())];
            for (var output = 0; output < headSize; output++)
            {
                linear[head, output, sources[output]] = 1;
            }
        }

        return linear;
    }

    private static HeadMixing Mixing(RandomNumbers random, TintConfiguration configuration, int headSize)
    {
        var heads = configuration.HiddenSize / headSize;
        var mixing = new HeadMixing(heads, headSize);
        for (var head = 0; head < heads; head++)
        {
            mixing[head, random.Below(Math.Min(heads, 3))] = random.OnceIn(4) ? 0 : random.OnceIn(2) ? 1 : -2;
        }

        return mixing;
    }

    private static PositionMap Positions(RandomNumbers random, TintConfiguration configuration, int headSize, int heads)
    {
        var map = new PositionMap(headSize, configuration.Auxiliary.MaximumPositions, configuration.PrefixCount);
        if (headSize >= configuration.PrefixCount && random.OnceIn(2))
        {
            map.IdentifyPrefixes();
        }

        if (random.OnceIn(2))
        {
            map.PointTokensAtFirstPrefix();
        }

        var first = random.Below(heads);
        return map.ForHeads(first, random.Below(1 + heads - first));
    }
}
