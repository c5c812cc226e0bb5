namespace Tint.Reference.Architecture;

/// <summary>
/// The one canonical name of a leaf of a block, and of its parameters, as in "attention.query" or "mlp.outer": weights, memory, prefixes, certificates
/// and the tensors of <see cref="Families"/> go by it, there behind "layers.0." and before ".weight".
/// </summary>
/// <param name="Name">Lower case, parts separated by dots.</param>
public sealed record Place(string Name)
{
    /// <summary>The normalisation before attention.</summary>
    public static Place AttentionNorm { get; } = new("attention.norm");

    /// <summary>Attention, without parameters of its own beyond its three projections.</summary>
    public static Place Attention { get; } = new("attention");

    /// <summary>W_Q and b_Q.</summary>
    public static Place Query { get; } = new("attention.query");

    /// <summary>W_K and b_K.</summary>
    public static Place Key { get; } = new("attention.key");

    /// <summary>W_V and b_V.</summary>
    public static Place Value { get; } = new("attention.value");

    /// <summary>The projection after attention.</summary>
    public static Place Output { get; } = new("attention.output");

    /// <summary>The normalisation before the MLP.</summary>
    public static Place MlpNorm { get; } = new("mlp.norm");

    /// <summary>The MLP's first layer; where the MLP is gated, the one that is not activated.</summary>
    public static Place Inner { get; } = new("mlp.inner");

    /// <summary>A gated MLP's activated layer.</summary>
    public static Place Gate { get; } = new("mlp.gate");

    /// <summary>The MLP's activation, without parameters.</summary>
    public static Place Activation { get; } = new("mlp.activation");

    /// <summary>A gated MLP's product, without parameters.</summary>
    public static Place Gated { get; } = new("mlp.product");

    /// <summary>The MLP's second layer.</summary>
    public static Place Outer { get; } = new("mlp.outer");

    /// <summary>The normalisation behind the embedding.</summary>
    public static Place EmbeddingNorm { get; } = new("embedding.norm");

    /// <summary>The projection from the embedding's width to that of the residual stream.</summary>
    public static Place EmbeddingProjection { get; } = new("embedding.projection");

    /// <summary>The normalisation behind the encoder's last block.</summary>
    public static Place EncoderNorm { get; } = new("encoder.final_norm");

    /// <summary>The table of relative positions of the encoder.</summary>
    public static Place EncoderBuckets { get; } = new("encoder.buckets");

    /// <summary>The table of relative positions of the decoder.</summary>
    public static Place Buckets { get; } = new("decoder.buckets");

    /// <summary>The normalisation behind the last block of an encoder–decoder.</summary>
    public static Place DecoderNorm { get; } = new("decoder.final_norm");

    /// <summary>The normalisation behind the last block.</summary>
    public static Place FinalNorm { get; } = new("final_norm");

    /// <summary>The projection from the width of the residual stream to the head's.</summary>
    public static Place HeadProjection { get; } = new("head.projection");

    /// <summary>The head.</summary>
    public static Place Head { get; } = new("head");

    /// <summary>The name in a message, as in "attention query" or "MLP outer".</summary>
    public string Words { get; } = Name.Replace("mlp", "MLP", StringComparison.Ordinal).Replace('.', ' ').Replace('_', ' ');

    /// <summary>The same leaf in attention over an encoder, as in "cross.query".</summary>
    public Place Across => new(Name.Replace("attention", "cross", StringComparison.Ordinal));

    /// <inheritdoc/>
    public bool Equals(Place? other) => other is not null && Name == other.Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
