using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Families.GptBigCode;

/// <summary>GPT-BigCode, the architecture of SantaCoder and StarCoder: GPT-2 whose query heads share one key and value head.</summary>
public sealed record GptBigCodeConfiguration : FamilyConfiguration
{
    /// <inheritdoc/>
    public override string ModelType => "gpt_bigcode";

    /// <summary>The MLP's inner width.</summary>
    public required int InnerSize { get; init; }

    /// <summary>L.</summary>
    public required int LayerCount { get; init; }

    /// <summary>True: one key and value head for all query heads. False: as many as there are query heads.</summary>
    public bool IsMultiQuery { get; init; } = true;

    /// <summary>σ.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.GeluNew;

    /// <summary>Whether attention scores are divided by √d.</summary>
    public bool ScalesScores { get; init; } = true;

    /// <summary>The key and value heads.</summary>
    public int KeyValueHeadCount => IsMultiQuery ? 1 : HeadCount;

    /// <inheritdoc/>
    public override BlockPlan Final => new(new Norm(Place.FinalNorm, HiddenSize));

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <exception cref="RuleViolationException">A field is missing or wrong, or what it asks for cannot be simulated.</exception>
    public static GptBigCodeConfiguration Read(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        int hidden = fields.WholeOf("n_embd", "hidden_size", 768), heads = fields.WholeOf("n_head", "num_attention_heads", 12);
        HeadRules.Size(hidden, heads);
        fields.MustBeOff("add_cross_attention", "a decoder behind an encoder of another family has no other half here");

        // Where softmax is rounded, and how an inference server keeps keys and values.
        fields.Ignore(
            "n_ctx", "attention_softmax_in_fp32", "scale_attention_softmax_in_fp32", "inference_runner", "validate_runner_input", "pre_allocate_kv_cache",
            "max_sequence_length", "max_batch_size", "pad_key_length");
        var configuration = new GptBigCodeConfiguration
        {
            VocabularySize = fields.Whole("vocab_size", 50257, 2),
            HiddenSize = hidden,
            InnerSize = fields.WholeOrNull("n_inner") ?? 4 * hidden,
            LayerCount = fields.WholeOf("n_layer", "num_hidden_layers", 12, most: ConfigFields.MostLayers),
            HeadCount = heads,
            MaximumPositions = fields.WholeOf("n_positions", "max_position_embeddings", 1024),
            IsMultiQuery = fields.Flag("multi_query", absent: true),
            Activation = fields.Activation("activation_function", "gelu_pytorch_tanh"),
            Epsilon = fields.Positive("layer_norm_epsilon", 1e-5),
            ScalesScores = fields.Flag("scale_attn_weights", absent: true),
            IsTied = fields.Flag("tie_word_embeddings", absent: true),
        };
        fields.MustEqual("num_key_value_heads", configuration.KeyValueHeadCount, "'multi_query' says how many there are");
        fields.Done("gpt_bigcode");
        return configuration;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorName> Tensors() => GptBigCodeTensors.Of(this);

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, BlockPlan Plan)> Blocks() =>
        [.. Blocks("layers", LayerCount, GptBigCodePlan.Of(this))];

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Original)> Copies() => IsTied ? [("lm_head.weight", "transformer.wte.weight")] : [];

    /// <inheritdoc/>
    public override ExactPass Exact(ParameterSet parameters, FamilyInput input) => ExactGptBigCode.Run(this, parameters, input);
}
