namespace Tint.Reference.Configuration;

/// <summary>The shapes for which TinTs of published auxiliary models are built, with all layers trained.</summary>
/// <remarks>Source: C26.</remarks>
public static class PublishedShapes
{
    /// <summary>All shapes by name.</summary>
    public static IReadOnlyDictionary<string, TintConfiguration> All { get; } = new Dictionary<string, TintConfiguration>
    {
        ["gpt2-small"] = Build(AuxiliaryConfiguration.Gpt2Small, hiddenSize: 3072, prefixes: 256, heads: 12),
        ["gpt2-medium"] = Build(AuxiliaryConfiguration.Gpt2Medium, hiddenSize: 5120, prefixes: 256, heads: 20),
        ["gpt2-large"] = Build(AuxiliaryConfiguration.Gpt2Large, hiddenSize: 6400, prefixes: 320, heads: 20),
        ["gpt2-xl"] = Build(AuxiliaryConfiguration.Gpt2XL, hiddenSize: 9600, prefixes: 320, heads: 30),
        ["opt-125m"] = Build(AuxiliaryConfiguration.Opt125M, hiddenSize: 3072, prefixes: 256, heads: 12),
        ["opt-1.3b"] = Build(AuxiliaryConfiguration.Opt1300M, hiddenSize: 10240, prefixes: 512, heads: 40),
        ["opt-2.7b"] = Build(AuxiliaryConfiguration.Opt2700M, hiddenSize: 12800, prefixes: 640, heads: 40),
    };

    /// <summary>The prefix count that was published for an auxiliary width and head count; null where none was.</summary>
    internal static int? PrefixCount(AuxiliaryConfiguration auxiliary) => All.Values
        .FirstOrDefault(shape => (shape.Auxiliary.HiddenSize, shape.Auxiliary.HeadCount) == (auxiliary.HiddenSize, auxiliary.HeadCount))?.PrefixCount;

    private static TintConfiguration Build(AuxiliaryConfiguration auxiliary, int hiddenSize, int prefixes, int heads) => new()
    {
        Auxiliary = auxiliary,
        HiddenSize = hiddenSize,
        PrefixCount = prefixes,
        HeadCount = heads,
        TrainedLayers = auxiliary.LayerCount,
    };
}
