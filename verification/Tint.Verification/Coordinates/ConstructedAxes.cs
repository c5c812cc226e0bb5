namespace Tint.Verification.Coordinates;

/// <summary>The axes of the weights that a construction writes, by the names that the files give them.</summary>
internal static class ConstructedAxes
{
    private static readonly string[] Parts = ["query", "key", "value"];

    /// <summary>The coordinates that lead to one entry of a weight.</summary>
    /// <param name="geometry">The case's sizes.</param>
    /// <param name="parameter">The name within its module, such as <c>q_attn_head.weight</c>.</param>
    /// <param name="owner">What owns the parameter, such as <c>linear.attnt_module</c>.</param>
    /// <param name="shape">The weight's shape.</param>
    /// <param name="index">The entry's index.</param>
    public static IEnumerable<Coordinate> Describe(
        CaseGeometry geometry, string parameter, string owner, IReadOnlyList<int> shape, IReadOnlyList<int> index)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(index);
        return (parameter, index.Count) switch
        {
            ("p_attn.weight", 2) => [Position(geometry, index[0]), .. PositionPart(shape[1], index[1])],
            ("p_attn.bias", 1) => PositionPart(shape[0], index[0]),
            ("p_expand.weight", 3) => [new("part", Part(index[0], shape[0])), new("head", index[2])],
            ("p_expand.bias", 1) => [new("head", index[0])],
            ("old_v.weight" or "new_v.weight", 2) => [Position(geometry, index[0])],
            _ => Named(Axes(parameter, owner, index.Count), index),
        };
    }

    /// <summary>
    /// Per-coordinate head mixing is stored [coordinate in head × from head × to head], a per-head map [head × from coordinate × to
    /// coordinate], and a dense map [from × to]; biases have the target's axes.
    /// </summary>
    private static string[] Axes(string parameter, string owner, int rank)
    {
        var perHead = parameter.StartsWith("permutation_conv.", StringComparison.Ordinal)
            || parameter is "q_attn.weight" or "q_attn.bias" or "k_attn.weight" or "k_attn.bias" or "v_attn.weight" or "v_attn.bias"
            || (parameter.StartsWith("c_proj.", StringComparison.Ordinal) && owner.EndsWith("mlp_module", StringComparison.Ordinal));
        return (rank, perHead) switch
        {
            (3, true) => ["head", "from coordinate", "to coordinate"],
            (3, false) => ["coordinate in head", "from head", "to head"],
            (2, true) => ["head", "coordinate"],
            (2, false) when parameter.EndsWith(".bias", StringComparison.Ordinal) => ["coordinate in head", "head"],
            (2, false) => ["from coordinate", "to coordinate"],
            _ => [],
        };
    }

    private static IEnumerable<Coordinate> Named(string[] axes, IReadOnlyList<int> index) =>
        index.Select((value, axis) => new Coordinate(axis < axes.Length ? axes[axis] : $"axis {axis} index", value));

    /// <summary>Position one-hots: tokens first, prefixes from T_max on.</summary>
    private static Coordinate Position(CaseGeometry geometry, int position) => position < geometry.MaximumPositions
        ? new Coordinate("token", position)
        : new Coordinate("prefix", position - geometry.MaximumPositions);

    private static Coordinate[] PositionPart(int width, int column) =>
        [new("part", Part(column, width)), new("coordinate", column % Math.Max(1, width / Parts.Length))];

    private static string Part(int index, int count) => Parts[Math.Min(index * Parts.Length / count, Parts.Length - 1)];
}
