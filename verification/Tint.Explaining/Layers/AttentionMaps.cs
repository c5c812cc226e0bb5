using Tint.Reference.Primitives;

namespace Tint.Explaining.Layers;

/// <summary>
/// What the heads of an attention layer read and write, as its weight tensors say: query, key and value of each head coordinate as sums of state coordinates, the part of the
/// position that it gets, and the head coordinates that each state coordinate of the output sums.
/// </summary>
/// <remarks>Mixing of heads and map inside heads are composed, each at the width of its own heads. Source: C15.</remarks>
internal sealed class AttentionMaps
{
    private readonly double[][] _positions;
    private readonly double[][] _expansion;

    private AttentionMaps(int headCount, CoordinateMap[] projections, double[][] positions, double[][] expansion, CoordinateMap output)
    {
        (HeadCount, Projections, _positions, _expansion, Output) = (headCount, projections, positions, expansion, output);
    }

    /// <summary>Heads.</summary>
    public int HeadCount { get; }

    /// <summary>d, the coordinates of a head.</summary>
    public int HeadSize => Output.Size / HeadCount;

    /// <summary>Query, key and value, each [H·d] from [D_sim].</summary>
    public IReadOnlyList<CoordinateMap> Projections { get; }

    /// <summary>The output mixing, [D_sim] from [H·d].</summary>
    public CoordinateMap Output { get; }

    /// <summary>The maps of the layer whose tensors begin with a name.</summary>
    public static AttentionMaps Of(WeightTable weights, string name, int headCount)
    {
        string[] parts = ["q", "k", "v"];
        var table = weights[$"{name}.p_attn.weight"];
        var (rows, size) = (table.Shape[0], table.Shape[1] / parts.Length);
        var expansion = weights[$"{name}.p_expand.weight"];
        double[] TableRow(int part, int row) => table.Values.Slice((row * parts.Length * size) + (part * size), size).ToArray();
        return new AttentionMaps(
            headCount,
            [.. parts.Select(part => weights.Inside($"{name}.{part}_attn").After(weights.Mixing($"{name}.{part}_attn_head")))],
            [.. from part in Enumerable.Range(0, parts.Length) from row in Enumerable.Range(0, rows) select TableRow(part, row)],
            [.. Enumerable.Range(0, parts.Length).Select(part => expansion.Values.Slice(part * headCount, headCount).ToArray())],
            weights.Mixing($"{name}.c_proj"));
    }

    /// <summary>What a head's query (0), key (1) or value (2) gets of a position: tokens come first, then prefixes.</summary>
    public double[] PositionPart(int part, int head, int position)
    {
        var (row, weight) = (_positions[(part * (_positions.Length / _expansion.Length)) + position], _expansion[part][head]);
        return Array.ConvertAll(row, value => weight * value);
    }

    /// <summary>Whether a head gets anything of positions.</summary>
    public bool Reaches(int part, int head) => _expansion[part][head] != 0;
}
