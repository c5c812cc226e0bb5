using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Families.Llama;

/// <summary>LLaMA 1 to 3, and what differs from it by numbers and biases only: Mistral without its window, Qwen2.</summary>
public sealed record LlamaConfiguration : FamilyConfiguration
{
    /// <inheritdoc/>
    public override string ModelType => Variant;

    /// <summary>llama, mistral or qwen2.</summary>
    public string Variant { get; init; } = "llama";

    /// <summary>The gated MLP's inner width.</summary>
    public required int InnerSize { get; init; }

    /// <summary>L.</summary>
    public required int LayerCount { get; init; }

    /// <summary>The key and value heads; they divide H.</summary>
    public required int KeyValueHeadCount { get; init; }

    /// <summary>The width of a head.</summary>
    public required int HeadSize { get; init; }

    /// <summary>σ of the gate.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.Silu;

    /// <summary>How queries and keys are turned.</summary>
    public required Rotation Rotation { get; init; }

    /// <summary>Whether query, key and value layers have biases.</summary>
    public bool HasQueryKeyValueBiases { get; init; }

    /// <summary>Whether the projection after attention has a bias.</summary>
    public bool HasOutputBias { get; init; }

    /// <summary>Whether the MLP's layers have biases.</summary>
    public bool HasMlpBiases { get; init; }

    /// <inheritdoc/>
    public override BlockPlan Final => new(new RmsNorm(Place.FinalNorm, HiddenSize));

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <exception cref="RuleViolationException">A field is missing or wrong, or what it asks for cannot be simulated.</exception>
    public static LlamaConfiguration Read(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var variant = fields.Text("model_type");
        var (isMistral, isQwen) = (variant == "mistral", variant == "qwen2");
        int hidden = fields.Whole("hidden_size", 4096), heads = fields.Whole("num_attention_heads", 32);
        var positions = fields.Whole("max_position_embeddings", isMistral ? 131072 : isQwen ? 32768 : 2048);
        var size = fields.WholeOrNull("head_dim") ?? HeadRules.Size(hidden, heads);
        if (isMistral || isQwen)
        {
            const string fixedBiases = "the published code of this model_type has no choice of biases";
            fields.MustBeOff("mlp_bias", fixedBiases);
            (isQwen ? fields.MustBeOn : (Action<string, string>)fields.MustBeOff)("attention_bias", fixedBiases);
        }

        var biases = fields.Flag("attention_bias", absent: isQwen);
        var window = fields.Flag("use_sliding_window", absent: isMistral) && !fields.IsNull("sliding_window")
            ? fields.Whole("sliding_window", 4096)
            : int.MaxValue;
        if (window < positions)
        {
            throw new RuleViolationException(
                "config.json: 'sliding_window' cannot be simulated: attention here shows every earlier token",
                $"{window} of {positions} positions",
                "use a model without it (sliding_window: null), or max_position_embeddings of at most the window");
        }

        var vocabulary = fields.Whole("vocab_size", isQwen ? 151936 : 32000, 2);
        var groups = fields.IsNull("num_key_value_heads") ? heads : isMistral ? 8 : isQwen ? 32 : heads;
        fields.MustAllBe("layer_types", "full_attention", "a sliding window hides tokens that attention here shows");
        fields.Ignore("sliding_window", "max_window_layers");
        var slices = fields.Whole("pretraining_tp", 1);
        var configuration = new LlamaConfiguration
        {
            Variant = variant,
            VocabularySize = vocabulary,
            HiddenSize = hidden,
            InnerSize = fields.Whole("intermediate_size", isMistral ? 14336 : isQwen ? 22016 : 11008),
            LayerCount = fields.Whole("num_hidden_layers", 32, least: 1, most: ConfigFields.MostLayers),
            HeadCount = heads,
            KeyValueHeadCount = fields.WholeOrNull("num_key_value_heads") ?? groups,
            HeadSize = size,
            MaximumPositions = positions,
            Activation = fields.Activation("hidden_act", "silu"),
            Epsilon = fields.Positive("rms_norm_eps", 1e-6),
            PaddingToken = fields.PaddingToken(vocabulary, absent: null),
            Rotation = RotationFields.Read(fields, "rope_theta", size),
            HasQueryKeyValueBiases = biases,
            HasOutputBias = biases && !isQwen,
            HasMlpBiases = fields.Flag("mlp_bias", absent: false),
            IsTied = fields.Flag("tie_word_embeddings", absent: false),
        };
        fields.Done(variant);
        HeadRules.Check(heads, configuration.KeyValueHeadCount);
        configuration.CheckSlices(slices);
        return configuration;
    }

    /// <summary>Layers that are computed in slices give what they give whole, but that a slice has no bias and what is left over is dropped.</summary>
    private void CheckSlices(int slices)
    {
        int[] cut = [HiddenSize, InnerSize, HeadCount * HeadSize, KeyValueHeadCount * HeadSize, VocabularySize];
        if (slices > 1 && (HasQueryKeyValueBiases || HasMlpBiases || cut.Any(size => size % slices != 0)))
        {
            throw new RuleViolationException(
                "config.json: 'pretraining_tp' must be 1, or cut layers without biases into equal slices: the published code drops what is left over, and biases",
                $"{slices} slices of layers of {string.Join(", ", cut.Distinct())} rows{(HasQueryKeyValueBiases || HasMlpBiases ? " with biases" : string.Empty)}",
                "use 1");
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorName> Tensors() => LlamaTensors.Of(this);

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, BlockPlan Plan)> Blocks() =>
        [.. Blocks("layers", LayerCount, LlamaPlan.Of(this))];

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Original)> Copies() => IsTied ? [("lm_head.weight", "model.embed_tokens.weight")] : [];

    /// <inheritdoc/>
    public override ExactPass Exact(ParameterSet parameters, FamilyInput input) => ExactLlama.Run(this, parameters, input);
}
