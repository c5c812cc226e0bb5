using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Families.T5;

/// <summary>T5: an encoder and a decoder with cross-attention, RMSNorm, relative position buckets, no division by √d, plain or gated MLPs.</summary>
public sealed record T5Configuration : FamilyConfiguration
{
    private const string GatePrefix = "gated-";

    /// <inheritdoc/>
    public override string ModelType => "t5";

    /// <inheritdoc/>
    public override bool HasEncoder => true;

    /// <inheritdoc/>
    public override double HeadScale => IsTied ? 1 / Math.Sqrt(HiddenSize) : 1;

    /// <inheritdoc/>
    public override int EncoderBlocks => EncoderLayerCount;

    /// <inheritdoc/>
    public override BlockPlan EncoderFinal => new(new RmsNorm(Place.EncoderNorm, HiddenSize));

    /// <inheritdoc/>
    public override RelativeBuckets DecoderBuckets => Buckets(isBidirectional: false);

    /// <inheritdoc/>
    public override RelativeBuckets EncoderBuckets => Buckets(isBidirectional: true);

    /// <inheritdoc/>
    public override BlockPlan Final => new(new RmsNorm(Place.DecoderNorm, HiddenSize));

    /// <summary>The width of a head.</summary>
    public required int HeadSize { get; init; }

    /// <summary>The MLP's inner width.</summary>
    public required int InnerSize { get; init; }

    /// <summary>The encoder's blocks.</summary>
    public required int EncoderLayerCount { get; init; }

    /// <summary>The decoder's blocks.</summary>
    public required int DecoderLayerCount { get; init; }

    /// <summary>The buckets of relative positions, a table in each stack's first block, shared by all its blocks.</summary>
    public required int BucketCount { get; init; }

    /// <summary>The distance from which on all share the last bucket.</summary>
    public required int MaximumDistance { get; init; }

    /// <summary>σ.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.Relu;

    /// <summary>Whether MLPs are gated.</summary>
    public bool IsGated { get; init; }

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <exception cref="RuleViolationException">A field is missing or wrong, or what it asks for cannot be simulated.</exception>
    public static T5Configuration Read(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var layers = fields.WholeOf("num_layers", "num_hidden_layers", 6, most: ConfigFields.MostLayers);
        var kind = fields.Text("feed_forward_proj", "relu");
        var isGated = kind.StartsWith(GatePrefix, StringComparison.Ordinal);
        var activation = isGated ? kind[GatePrefix.Length..] : kind;
        fields.Ignore("scalable_attention");
        fields.MustBeOn("is_encoder_decoder", "T5 here is an encoder and a decoder");
        var configuration = new T5Configuration
        {
            VocabularySize = fields.Whole("vocab_size", 32128, 2),
            HiddenSize = fields.WholeOf("d_model", "hidden_size", 512),
            MaximumPositions = fields.Whole("n_positions", 512),
            HeadSize = fields.WholeOf("d_kv", "head_dim", 64),
            InnerSize = fields.Whole("d_ff", 2048),
            EncoderLayerCount = layers,
            DecoderLayerCount = fields.WholeOrNull("num_decoder_layers", most: ConfigFields.MostLayers) ?? layers,
            HeadCount = fields.WholeOf("num_heads", "num_attention_heads", 8),
            BucketCount = fields.Whole("relative_attention_num_buckets", 32),
            MaximumDistance = fields.Whole("relative_attention_max_distance", 128),
            Epsilon = fields.Positive("layer_norm_epsilon", 1e-6),

            // "gated-gelu" means the tanh approximation: the format's own exception.
            Activation = kind == "gated-gelu" ? ActivationKind.GeluNew : ActivationNames.Parse(activation, "config.json: 'feed_forward_proj'"),
            IsGated = isGated,
            IsTied = fields.Flag("tie_word_embeddings", absent: true),
        };
        if (fields.Flag("is_gated_act", isGated) != isGated || fields.Activation("dense_act_fn", configuration.Activation) != configuration.Activation)
        {
            throw new RuleViolationException(
                "config.json: 'is_gated_act' and 'dense_act_fn' must say what 'feed_forward_proj' says",
                $"'{kind}' and another",
                "remove the two, as older files do");
        }

        fields.Done("t5");
        configuration.Buckets(isBidirectional: true).Check();
        return configuration;
    }

    /// <summary>The buckets of the encoder (in both directions) or the decoder.</summary>
    public RelativeBuckets Buckets(bool isBidirectional) =>
        new() { Count = BucketCount, MaximumDistance = MaximumDistance, IsBidirectional = isBidirectional };

    /// <inheritdoc/>
    public override IReadOnlyList<TensorName> Tensors() => T5Tensors.Of(this);

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, BlockPlan Plan)> Blocks() =>
        [.. Blocks("encoder.layers", EncoderLayerCount, T5Plan.Encoder(this)), .. Blocks("decoder.layers", DecoderLayerCount, T5Plan.Decoder(this))];

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Original)> Copies() =>
    [
        ("encoder.embed_tokens.weight", "shared.weight"),
        ("decoder.embed_tokens.weight", "shared.weight"),
        .. IsTied ? [("lm_head.weight", "shared.weight")] : Array.Empty<(string, string)>(),
    ];

    /// <inheritdoc/>
    public override ExactPass Exact(ParameterSet parameters, FamilyInput input) => ExactT5.Run(this, parameters, input);
}
