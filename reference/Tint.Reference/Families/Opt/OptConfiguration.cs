using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Families.Opt;

/// <summary>OPT: norms before each half of a block or, in OPT-350M, behind its residual; there also a narrower embedding.</summary>
public sealed record OptConfiguration : FamilyConfiguration
{
    /// <summary>The rows of the position table in front of that of token 0.</summary>
    public const int PositionOffset = 2;

    /// <inheritdoc/>
    public override string ModelType => "opt";

    /// <summary>The MLP's inner width.</summary>
    public required int InnerSize { get; init; }

    /// <summary>L.</summary>
    public required int LayerCount { get; init; }

    /// <summary>The width of embedding and head; where it is not D, projections lead in and out.</summary>
    public required int EmbeddingSize { get; init; }

    /// <summary>σ.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.Relu;

    /// <summary>True: norms before each half of a block. False: behind its residual, and no final norm.</summary>
    public bool IsPreNorm { get; init; } = true;

    /// <summary>Whether a norm follows the last block.</summary>
    public bool HasFinalNorm { get; init; } = true;

    /// <summary>Whether linear layers have biases.</summary>
    public bool HasBiases { get; init; } = true;

    /// <summary>Whether norms have γ and β.</summary>
    public bool HasAffineNorms { get; init; } = true;

    /// <inheritdoc/>
    public override int FrontPositions => PositionOffset;

    /// <inheritdoc/>
    public override BlockPlan? Final => HasFinalNorm ? new(OptPlan.Normalisation(this, Place.FinalNorm)) : null;

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <exception cref="RuleViolationException">A field is missing or wrong, or what it asks for cannot be simulated.</exception>
    public static OptConfiguration Read(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        int hidden = fields.Whole("hidden_size", 768), heads = fields.Whole("num_attention_heads", 12);
        HeadRules.Size(hidden, heads);
        var preNorm = fields.Flag("do_layer_norm_before", absent: true);
        var vocabulary = fields.Whole("vocab_size", 50272, 2);
        var removed = fields.Flag("_remove_final_layer_norm", absent: false);
        var configuration = new OptConfiguration
        {
            VocabularySize = vocabulary,
            HiddenSize = hidden,
            InnerSize = fields.Whole("ffn_dim", 3072),
            LayerCount = fields.Whole("num_hidden_layers", 12, least: 1, most: ConfigFields.MostLayers),
            HeadCount = heads,
            MaximumPositions = fields.Whole("max_position_embeddings", 2048),
            EmbeddingSize = fields.WholeOrNull("word_embed_proj_dim") ?? hidden,
            Activation = fields.Activation("activation_function", "relu"),

            // A constant of the code: OPT's files have no field for it.
            Epsilon = 1e-5,
            PaddingToken = fields.PaddingToken(vocabulary, absent: 1),
            IsPreNorm = preNorm,
            HasFinalNorm = preNorm && !removed,
            HasBiases = fields.Flag("enable_bias", absent: true),
            HasAffineNorms = fields.Flag("layer_norm_elementwise_affine", absent: true),
            IsTied = fields.Flag("tie_word_embeddings", absent: true),
        };
        fields.Done("opt");
        return configuration;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorName> Tensors() => OptTensors.Of(this);

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, BlockPlan Plan)> Blocks() =>
        [.. Blocks("layers", LayerCount, OptPlan.Of(this))];

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Original)> Copies() => IsTied ? [("lm_head.weight", "model.decoder.embed_tokens.weight")] : [];

    /// <inheritdoc/>
    public override ExactPass Exact(ParameterSet parameters, FamilyInput input) => ExactOpt.Run(this, parameters, input);
}
