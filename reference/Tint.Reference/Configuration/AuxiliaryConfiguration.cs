namespace Tint.Reference.Configuration;

/// <summary>The shape of the auxiliary model that a TinT simulates. Each field is checked when it is set, also under <c>with</c>.</summary>
public sealed record AuxiliaryConfiguration
{
    /// <summary>A model that takes no time: D_aux 24, 3 heads, 2 layers, 50 words, 16 positions.</summary>
    public static AuxiliaryConfiguration Tiny { get; } = new() { HiddenSize = 24, HeadCount = 3, LayerCount = 2, VocabularySize = 50, MaximumPositions = 16 };

    /// <summary>GPT-2, the smallest: D_aux 768, 12 heads, 12 layers.</summary>
    public static AuxiliaryConfiguration Gpt2Small { get; } = Gpt2(768, 12, 12);

    /// <summary>GPT-2 medium: D_aux 1024, 16 heads, 24 layers.</summary>
    public static AuxiliaryConfiguration Gpt2Medium { get; } = Gpt2(1024, 16, 24);

    /// <summary>GPT-2 large: D_aux 1280, 20 heads, 36 layers.</summary>
    public static AuxiliaryConfiguration Gpt2Large { get; } = Gpt2(1280, 20, 36);

    /// <summary>GPT-2 XL: D_aux 1600, 25 heads, 48 layers.</summary>
    public static AuxiliaryConfiguration Gpt2XL { get; } = Gpt2(1600, 25, 48);

    /// <summary>OPT-125m: D_aux 768, 12 heads, 12 layers.</summary>
    public static AuxiliaryConfiguration Opt125M { get; } = Opt(768, 12, 12);

    /// <summary>OPT-1.3b: D_aux 2048, 32 heads, 24 layers.</summary>
    public static AuxiliaryConfiguration Opt1300M { get; } = Opt(2048, 32, 24);

    /// <summary>OPT-2.7b: D_aux 2560, 32 heads, 32 layers.</summary>
    public static AuxiliaryConfiguration Opt2700M { get; } = Opt(2560, 32, 32);

    /// <summary>The model family; it decides names and layouts of tensors, not the arithmetic.</summary>
    public AuxiliaryFamily Family { get; init => field = Require.Defined(value, "the family"); } = AuxiliaryFamily.Gpt2;

    /// <summary>How the model is built; null for the pre-norm decoder of the published code.</summary>
    public AuxiliaryArchitecture? Architecture { get; init; }

    /// <summary>The width of a row of the token embedding; D_aux unless projections lead in and out.</summary>
    public int EmbeddingWidth => Architecture?.EmbeddingWidth ?? HiddenSize;

    /// <summary>Whether tokens get a row of a position table.</summary>
    public bool HasPositionTable => Architecture?.HasPositionTable ?? true;

    /// <summary>D_aux, the width of the residual stream.</summary>
    public required int HiddenSize { get; init => field = Require.AtLeast(value, 1, "Auxiliary.HiddenSize"); }

    /// <summary>H_aux, the number of attention heads; it divides <see cref="HiddenSize"/>.</summary>
    public required int HeadCount { get; init => field = Require.AtLeast(value, 1, "Auxiliary.HeadCount"); }

    /// <summary>L, the number of transformer blocks.</summary>
    public required int LayerCount { get; init => field = Require.AtLeast(value, 1, "Auxiliary.LayerCount"); }

    /// <summary>V, the number of tokens in the vocabulary.</summary>
    public required int VocabularySize { get; init => field = Require.AtLeast(value, 2, "Auxiliary.VocabularySize"); }

    /// <summary>T_max, the longest sequence that the position table serves.</summary>
    public required int MaximumPositions { get; init => field = Require.AtLeast(value, 1, "Auxiliary.MaximumPositions"); }

    /// <summary>C, the MLP's inner width in units of <see cref="HiddenSize"/>; it is also the number of chunks in which TinT runs the MLP.</summary>
    public int MlpChunkCount { get; init => field = Require.AtLeast(value, 1, "Auxiliary.MlpChunkCount"); } = 4;

    /// <summary>σ, the MLP's activation.</summary>
    public ActivationKind Activation { get; init => field = Require.Defined(value, "the activation"); } = ActivationKind.GeluNew;

    /// <summary>eps in x̂ = (x − μ)/√(var + eps).</summary>
    public double LayerNormEpsilon { get; init => field = Require.Positive(value, "Auxiliary.LayerNormEpsilon"); } = 1e-5;

    /// <summary>C·D_aux, the MLP's inner width.</summary>
    /// <exception cref="RuleViolationException">It is beyond what an array holds.</exception>
    public int InnerSize => Sizes.Entries("the MLP's inner width", "use fewer Auxiliary.MlpChunkCount", MlpChunkCount, HiddenSize);

    /// <summary>D_aux / H_aux, the width of one attention head.</summary>
    public int HeadSize => HiddenSize / HeadCount;

    /// <summary>Checks the rules that tie fields together.</summary>
    /// <exception cref="RuleViolationException">H_aux does not divide D_aux, or a matrix has more entries than an array holds.</exception>
    public void Check()
    {
        Architecture?.Check(this);
        if (HiddenSize % HeadCount != 0)
        {
            throw new RuleViolationException(
                "Auxiliary.HeadCount must divide Auxiliary.HiddenSize",
                $"{HeadCount} heads for width {HiddenSize}",
                $"use one of {string.Join(", ", Divisors.Of(HiddenSize).Select(divisor => $"{divisor}"))}");
        }

        Sizes.Entries("the token embedding", "use a smaller Auxiliary.VocabularySize or Auxiliary.HiddenSize", VocabularySize, HiddenSize);
        Sizes.Entries("the position table", "use a smaller Auxiliary.MaximumPositions or Auxiliary.HiddenSize", HasPositionTable ? MaximumPositions : 0, HiddenSize);
        Sizes.Entries("a weight of the MLP", "use fewer Auxiliary.MlpChunkCount or a smaller Auxiliary.HiddenSize", MlpChunkCount, HiddenSize, HiddenSize);
    }

    /// <summary>Refuses a model of another architecture, for those who know that of the published code alone.</summary>
    /// <param name="reading">Who does, as in "the device".</param>
    /// <exception cref="RuleViolationException">The model has an architecture of its own.</exception>
    public void RequirePublished(string reading)
    {
        if (Architecture is { } other)
        {
            throw new RuleViolationException($"{reading} must know the model's architecture", other.Name, "use a pre-norm GPT-2 or OPT as published");
        }
    }

    /// <summary>Every field, in one line.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Architecture?.Name ?? $"{Family}"}: width {HiddenSize}, heads: {HeadCount}, layers: {LayerCount}, MLP: {MlpChunkCount} widths of {Activation}, vocabulary {VocabularySize}, ")
        + FormattableString.Invariant($"positions: {MaximumPositions}, LayerNorm epsilon {LayerNormEpsilon}");

    private static AuxiliaryConfiguration Gpt2(int width, int heads, int layers) => new()
    {
        Family = AuxiliaryFamily.Gpt2,
        HiddenSize = width,
        HeadCount = heads,
        LayerCount = layers,
        VocabularySize = 50257,
        MaximumPositions = 1024,
        Activation = ActivationKind.GeluNew,
    };

    private static AuxiliaryConfiguration Opt(int width, int heads, int layers) => new()
    {
        Family = AuxiliaryFamily.Opt,
        HiddenSize = width,
        HeadCount = heads,
        LayerCount = layers,
        VocabularySize = 50272,
        MaximumPositions = 2048,
        Activation = ActivationKind.Relu,
    };
}
