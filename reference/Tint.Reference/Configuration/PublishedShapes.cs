namespace Tint.Reference.Configuration;

/// <summary>The shapes for which TinTs of published auxiliary models are built, with all layers trained.</summary>
/// <remarks>Source: C26.</remarks>
public static class PublishedShapes
{
    private const int Gpt2Vocabulary = 50257;
    private const int OptVocabulary = 50272;

    /// <summary>All shapes by name.</summary>
    public static IReadOnlyDictionary<string, TintConfiguration> All { get; } = new Dictionary<string, TintConfiguration>
    {
        ["gpt2-small"] = Gpt2(768, 12, 12, hiddenSize: 3072, prefixes: 256, heads: 12),
        ["gpt2-medium"] = Gpt2(1024, 16, 24, hiddenSize: 5120, prefixes: 256, heads: 20),
        ["gpt2-large"] = Gpt2(1280, 20, 36, hiddenSize: 6400, prefixes: 320, heads: 20),
        ["gpt2-xl"] = Gpt2(1600, 25, 48, hiddenSize: 9600, prefixes: 320, heads: 30),
        ["opt-125m"] = Opt(768, 12, 12, hiddenSize: 3072, prefixes: 256, heads: 12),
        ["opt-1.3b"] = Opt(2048, 32, 24, hiddenSize: 10240, prefixes: 512, heads: 40),
        ["opt-2.7b"] = Opt(2560, 32, 32, hiddenSize: 12800, prefixes: 640, heads: 40),
    };

    private static TintConfiguration Gpt2(int width, int auxiliaryHeads, int layers, int hiddenSize, int prefixes, int heads) => Build(
        new AuxiliaryConfiguration
        {
            Family = AuxiliaryFamily.Gpt2,
            HiddenSize = width,
            HeadCount = auxiliaryHeads,
            LayerCount = layers,
            VocabularySize = Gpt2Vocabulary,
            MaximumPositions = 1024,
            Activation = ActivationKind.GeluNew,
        },
        hiddenSize,
        prefixes,
        heads);

    private static TintConfiguration Opt(int width, int auxiliaryHeads, int layers, int hiddenSize, int prefixes, int heads) => Build(
        new AuxiliaryConfiguration
        {
            Family = AuxiliaryFamily.Opt,
            HiddenSize = width,
            HeadCount = auxiliaryHeads,
            LayerCount = layers,
            VocabularySize = OptVocabulary,
            MaximumPositions = 2048,
            Activation = ActivationKind.Relu,
        },
        hiddenSize,
        prefixes,
        heads);

    private static TintConfiguration Build(AuxiliaryConfiguration auxiliary, int hiddenSize, int prefixes, int heads) => new()
    {
        Auxiliary = auxiliary,
        HiddenSize = hiddenSize,
        PrefixCount = prefixes,
        HeadCount = heads,
        TrainedLayers = auxiliary.LayerCount,
    };
}
