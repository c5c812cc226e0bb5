using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Families.GptJ;

/// <summary>GPT-J: attention and MLP side by side behind one norm, interleaved rotation of a part of each head, a head with a bias.</summary>
public sealed record GptJConfiguration : FamilyConfiguration
{
    /// <inheritdoc/>
    public override string ModelType => "gptj";

    /// <summary>The MLP's inner width.</summary>
    public required int InnerSize { get; init; }

    /// <summary>L.</summary>
    public required int LayerCount { get; init; }

    /// <summary>σ.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.GeluNew;

    /// <summary>How the first part of each query and key head is turned.</summary>
    public required Rotation Rotation { get; init; }

    /// <inheritdoc/>
    public override BlockPlan Final => new(new Norm(Place.FinalNorm, HiddenSize));

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <exception cref="RuleViolationException">A field is missing or wrong, or what it asks for cannot be simulated.</exception>
    public static GptJConfiguration Read(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        int hidden = fields.WholeOf("n_embd", "hidden_size", 4096), heads = fields.WholeOf("n_head", "num_attention_heads", 16);
        HeadRules.Size(hidden, heads);
        fields.Ignore("n_ctx", "rotary", "scale_attn_weights");
        if (fields.IsNull("rotary_dim"))
        {
            throw new RuleViolationException("config.json: 'rotary_dim' must be a number: without it each head has the angles of the whole width", "null", "give it");
        }

        var configuration = new GptJConfiguration
        {
            VocabularySize = fields.Whole("vocab_size", 50400, 2),
            HiddenSize = hidden,
            InnerSize = fields.WholeOrNull("n_inner") ?? 4 * hidden,
            LayerCount = fields.WholeOf("n_layer", "num_hidden_layers", 28, most: ConfigFields.MostLayers),
            HeadCount = heads,
            MaximumPositions = fields.WholeOf("n_positions", "max_position_embeddings", 2048),
            Activation = fields.Activation("activation_function", "gelu_new"),
            Epsilon = fields.Positive("layer_norm_epsilon", 1e-5),
            Rotation = new Rotation { Dimensions = fields.Whole("rotary_dim", 64), IsInterleaved = true },
            IsTied = fields.Flag("tie_word_embeddings", absent: false),
        };
        fields.Done("gptj");
        return configuration;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorName> Tensors() => GptJTensors.Of(this);

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, BlockPlan Plan)> Blocks() =>
        [.. Blocks("layers", LayerCount, GptJPlan.Of(this))];

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Original)> Copies() => IsTied ? [("lm_head.weight", "transformer.wte.weight")] : [];

    /// <inheritdoc/>
    public override ExactPass Exact(ParameterSet parameters, FamilyInput input) => ExactGptJ.Run(this, parameters, input);
}
