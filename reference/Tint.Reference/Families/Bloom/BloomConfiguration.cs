using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Families.Bloom;

/// <summary>BLOOM: a norm behind the token embedding, ALiBi in place of positions, a gelu with a constant of its own, a tied head.</summary>
public sealed record BloomConfiguration : FamilyConfiguration
{
    /// <inheritdoc/>
    public override string ModelType => "bloom";

    /// <summary>L.</summary>
    public required int LayerCount { get; init; }

    /// <summary>True: residual connections start behind the norms. False: before them.</summary>
    public bool ResidualBehindNorm { get; init; }

    /// <inheritdoc/>
    public override BlockPlan Embedding => new(new Norm(Place.EmbeddingNorm, HiddenSize));

    /// <inheritdoc/>
    public override BlockPlan Final => new(new Norm(Place.FinalNorm, HiddenSize));

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <exception cref="RuleViolationException">A field is missing or wrong, or what it asks for cannot be simulated.</exception>
    public static BloomConfiguration Read(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Ignore(
            "attention_softmax_in_fp32", "masked_softmax_fusion", "bias_dropout_fusion", "skip_bias_add", "skip_bias_add_qkv", "unk_token_id", "offset_alibi");
        if (fields.Flag("slow_but_exact", absent: false))
        {
            fields.MustEqual("pretraining_tp", 1, "layers that are computed in slices have no biases");
        }

        fields.Ignore("pretraining_tp");
        var configuration = new BloomConfiguration
        {
            VocabularySize = fields.Whole("vocab_size", 250880, 2),
            HiddenSize = fields.WholeOf("n_embed", "hidden_size", 64),
            LayerCount = fields.WholeOf("n_layer", "num_hidden_layers", 2, most: ConfigFields.MostLayers),
            HeadCount = fields.WholeOf("n_head", "num_attention_heads", 8),
            MaximumPositions = fields.Whole("seq_length", 2048),
            Epsilon = fields.Positive("layer_norm_epsilon", 1e-5),
            ResidualBehindNorm = fields.Flag("apply_residual_connection_post_layernorm", absent: false),
            IsTied = fields.Flag("tie_word_embeddings", absent: true),
        };
        fields.Done("bloom");
        HeadRules.Size(configuration.HiddenSize, configuration.HeadCount);
        return configuration;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorName> Tensors() => BloomTensors.Of(this);

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, BlockPlan Plan)> Blocks() =>
        [.. Blocks("layers", LayerCount, BloomPlan.Of(this))];

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Original)> Copies() => IsTied ? [("lm_head.weight", "transformer.word_embeddings.weight")] : [];

    /// <inheritdoc/>
    public override ExactPass Exact(ParameterSet parameters, FamilyInput input) => ExactBloom.Run(this, parameters, input);
}
