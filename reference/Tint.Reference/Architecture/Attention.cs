namespace Tint.Reference.Architecture;

/// <summary>
/// Softmax attention from its input to the heads' outputs side by side; the projection behind it is a <see cref="Linear"/> of its own. How positions
/// enter, and which pairs may attend, is up to the reading.
/// </summary>
/// <param name="Place">Its name.</param>
/// <param name="Query">W_Q and b_Q.</param>
/// <param name="Key">W_K and b_K; with fewer rows than W_Q where heads share keys and values in groups.</param>
/// <param name="Value">W_V and b_V.</param>
/// <param name="HeadCount">H, the heads of the queries.</param>
public sealed record Attention(Place Place, Linear Query, Linear Key, Linear Value, int HeadCount) : Leaf(Place)
{
    /// <summary>Whether keys and values come from the encoder's output, which the reading holds, in place of the input.</summary>
    public bool ReadsEncoder { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterLeaf> Parameters => [Query, Key, Value];

    /// <summary>Self-attention of the usual places, in which queries, keys and values are as wide as the input.</summary>
    /// <param name="width">D.</param>
    /// <param name="headCount">H.</param>
    public static Attention OfWidth(int width, int headCount) => new(
        Place.Attention, new(Place.Query, width, width), new(Place.Key, width, width), new(Place.Value, width, width), headCount);
}
