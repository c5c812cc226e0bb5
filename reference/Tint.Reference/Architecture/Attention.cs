using Tint.Reference.Configuration;

namespace Tint.Reference.Architecture;

/// <summary>
/// Softmax attention from its input to the heads' outputs side by side; the projection behind it is a <see cref="Linear"/> of its own.
/// </summary>
/// <param name="Place">Its name.</param>
/// <param name="Query">W_Q and b_Q.</param>
/// <param name="Key">W_K and b_K; with fewer rows than W_Q where heads share keys and values in groups.</param>
/// <param name="Value">W_V and b_V.</param>
/// <param name="HeadCount">H, the heads of the queries.</param>
public sealed record Attention(Place Place, Linear Query, Linear Key, Linear Value, int HeadCount) : Leaf(Place)
{
    /// <summary>How scores are made of queries, keys and positions, and which heads share keys and values.</summary>
    public AttentionForm Form { get; init; } = AttentionForm.Published;

    /// <summary>Whether keys and values come from the encoder's output, which the reading holds, in place of the input.</summary>
    public bool ReadsEncoder { get; init; }

    /// <inheritdoc/>
    public override bool IsPublished => !ReadsEncoder && Form == AttentionForm.Published && Parameters.All(static leaf => leaf.IsPublished);

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterLeaf> Parameters => [Query, Key, Value];

    /// <inheritdoc/>
    /// <remarks>The value layer alone: TinT drops the gradient's path through the scores (V1).</remarks>
    public override IReadOnlyList<ParameterLeaf> Trained => [Value];

    /// <summary>Attention of the usual places, in which queries, keys and values are as wide as the input.</summary>
    /// <param name="width">D.</param>
    /// <param name="headCount">H.</param>
    /// <param name="hasBiases">Whether there are b_Q, b_K and b_V.</param>
    public static Attention OfWidth(int width, int headCount, bool hasBiases = true) => Of(width, width, width, headCount, hasBiases);

    /// <summary>Attention of the usual places.</summary>
    /// <param name="width">D.</param>
    /// <param name="queries">The width of all heads' queries.</param>
    /// <param name="keys">The width of all groups' keys, and of their values.</param>
    /// <param name="headCount">H.</param>
    /// <param name="hasBiases">Whether there are b_Q, b_K and b_V.</param>
    public static Attention Of(int width, int queries, int keys, int headCount, bool hasBiases)
    {
        Linear Projection(Place place, int outputs) => new(place, outputs, width) { HasBias = hasBiases };
        return new(Place.Attention, Projection(Place.Query, queries), Projection(Place.Key, keys), Projection(Place.Value, keys), headCount);
    }

    /// <summary>The same over an encoder's output, at places of its own.</summary>
    public Attention Across() => this with
    {
        Place = Place.Across,
        Query = Query with { Place = Query.Place.Across },
        Key = Key with { Place = Key.Place.Across },
        Value = Value with { Place = Value.Place.Across },
        ReadsEncoder = true,
    };
}
