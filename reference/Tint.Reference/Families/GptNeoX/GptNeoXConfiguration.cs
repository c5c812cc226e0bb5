using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Families.GptNeoX;

/// <summary>GPT-NeoX and Pythia: attention and MLP side by side on one residual stream, each with a norm of its own, or one after the other.</summary>
public sealed record GptNeoXConfiguration : FamilyConfiguration
{
    /// <inheritdoc/>
    public override string ModelType => "gpt_neox";

    /// <summary>The MLP's inner width.</summary>
    public required int InnerSize { get; init; }

    /// <summary>L.</summary>
    public required int LayerCount { get; init; }

    /// <summary>σ.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.Gelu;

    /// <summary>How the first part of each query and key head is turned.</summary>
    public required Rotation Rotation { get; init; }

    /// <summary>True: x + attention(norm₁ x) + mlp(norm₂ x). False: one after the other.</summary>
    public bool IsParallel { get; init; } = true;

    /// <summary>Whether attention's layers have biases.</summary>
    public bool HasAttentionBiases { get; init; } = true;

    /// <inheritdoc/>
    public override BlockPlan Final => new(new Norm(Place.FinalNorm, HiddenSize));

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <exception cref="RuleViolationException">A field is missing or wrong, or what it asks for cannot be simulated.</exception>
    public static GptNeoXConfiguration Read(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        int hidden = fields.Whole("hidden_size", 6144), heads = fields.Whole("num_attention_heads", 64);

        // The versions before and after this one keep their tables whole.
        var hasTablesInHalf = !fields.IsOfOtherVersion("4.32");
        var configuration = new GptNeoXConfiguration
        {
            VocabularySize = fields.Whole("vocab_size", 50432, 2),
            HiddenSize = hidden,
            InnerSize = fields.Whole("intermediate_size", 24576),
            LayerCount = fields.Whole("num_hidden_layers", 44, least: 1, most: ConfigFields.MostLayers),
            HeadCount = heads,
            MaximumPositions = fields.Whole("max_position_embeddings", 2048),
            Activation = fields.Activation("hidden_act", "gelu"),
            Epsilon = fields.Positive("layer_norm_eps", 1e-5),
            Rotation = RotationFields.Read(fields, "rotary_emb_base", HeadRules.Size(hidden, heads), "rotary_pct", 0.25) with { HasTablesInHalf = hasTablesInHalf },
            IsParallel = fields.Flag("use_parallel_residual", absent: true),
            HasAttentionBiases = fields.Flag("attention_bias", absent: true),
            IsTied = fields.Flag("tie_word_embeddings", absent: false),
        };
        fields.Done("gpt_neox");
        return configuration;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorName> Tensors() => GptNeoXTensors.Of(this);

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, BlockPlan Plan)> Blocks() =>
        [.. Blocks("layers", LayerCount, GptNeoXPlan.Of(this))];

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Original)> Copies() => IsTied ? [("embed_out.weight", "gpt_neox.embed_in.weight")] : [];

    /// <inheritdoc/>
    public override ExactPass Exact(ParameterSet parameters, FamilyInput input) => ExactGptNeoX.Run(this, parameters, input);
}
