namespace Tint.Explaining.Layers;

/// <summary>What one head and one position give to a number.</summary>
/// <param name="Head">The head.</param>
/// <param name="From">The position that gives.</param>
/// <param name="Query">The query, [d].</param>
/// <param name="Key">The key, [d].</param>
/// <param name="Weight">⟨query, key⟩, or what softmax makes of it; with twins, what their shares differ by, times the weight of the output mixing.</param>
/// <param name="Value">The entry of the value, without twins times the weight of the output mixing.</param>
/// <param name="Product">Their product, which is added.</param>
public sealed record Contribution(
    int Head, string From, IReadOnlyList<double> Query, IReadOnlyList<double> Key, double Weight, double Value, double Product)
{
    /// <summary>How many of the query's and the key's first entries are not all zero.</summary>
    public int Used => Query.Zip(Key).Select(static (pair, index) => pair.First != 0 || pair.Second != 0 ? index + 1 : 0).Max();

    /// <summary>Where softmax over positions and twins stands for linear attention; else null.</summary>
    public TwinShares? Twins { get; init; }

    /// <summary>Of softmax attention: of what scores the weight is the share; else null.</summary>
    public SoftmaxScore? Softmax { get; init; }
}
