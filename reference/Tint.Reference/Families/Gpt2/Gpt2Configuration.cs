using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Families.Gpt2;

/// <summary>GPT-2: learned positions, a norm before each half of a block, a tied head.</summary>
public sealed record Gpt2Configuration : FamilyConfiguration
{
    /// <inheritdoc/>
    public override string ModelType => "gpt2";

    /// <summary>The MLP's inner width.</summary>
    public required int InnerSize { get; init; }

    /// <summary>L.</summary>
    public required int LayerCount { get; init; }

    /// <summary>σ.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.GeluNew;

    /// <summary>Whether scores are divided by √(D/H).</summary>
    public bool ScalesScores { get; init; } = true;

    /// <summary>Whether the scores of layer l, from 0, are divided by l + 1 besides.</summary>
    public bool ScalesScoresByLayer { get; init; }

    /// <inheritdoc/>
    public override BlockPlan Final => new(new Norm(Place.FinalNorm, HiddenSize));

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <exception cref="RuleViolationException">A field is missing or wrong, or what it asks for cannot be simulated.</exception>
    public static Gpt2Configuration Read(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        int hidden = fields.WholeOf("n_embd", "hidden_size", 768), heads = fields.WholeOf("n_head", "num_attention_heads", 12);
        HeadRules.Size(hidden, heads);
        fields.MustBeOff("add_cross_attention", "a decoder behind an encoder of another family has no other half here");
        fields.Ignore("n_ctx", "reorder_and_upcast_attn");
        var configuration = new Gpt2Configuration
        {
            VocabularySize = fields.Whole("vocab_size", 50257, 2),
            HiddenSize = hidden,
            InnerSize = fields.WholeOrNull("n_inner") ?? 4 * hidden,
            LayerCount = fields.WholeOf("n_layer", "num_hidden_layers", 12, most: ConfigFields.MostLayers),
            HeadCount = heads,
            MaximumPositions = fields.WholeOf("n_positions", "max_position_embeddings", 1024),
            Activation = fields.Activation("activation_function", "gelu_new"),
            Epsilon = fields.Positive("layer_norm_epsilon", 1e-5),
            ScalesScores = fields.Flag("scale_attn_weights", absent: true),
            ScalesScoresByLayer = fields.Flag("scale_attn_by_inverse_layer_idx", absent: false),
            IsTied = fields.Flag("tie_word_embeddings", absent: true),
        };
        fields.Done("gpt2");
        return configuration;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorName> Tensors() => Gpt2Tensors.Of(this);

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, BlockPlan Plan)> Blocks() =>
        [.. Enumerable.Range(0, LayerCount).Select(index => ($"layers.{index}", Gpt2Plan.Of(this, index)))];

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Original)> Copies() => IsTied ? [("lm_head.weight", "transformer.wte.weight")] : [];

    /// <inheritdoc/>
    public override ExactPass Exact(ParameterSet parameters, FamilyInput input) => ExactGpt2.Run(this, parameters, input);
}
