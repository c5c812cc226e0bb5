namespace Tint.Reference.Primitives;

/// <summary>
/// A linear map on the D_sim coordinates of one position, y_c = Σ m·x_s over the few terms (s, m) of c. Per-head linear layers and head
/// mixings of the construction are all of this kind, and so is any chain of them.
/// </summary>
/// <remarks>Source: C15.</remarks>
public sealed class CoordinateMap
{
    private readonly Term[][] _rows;

    private CoordinateMap(Term[][] rows)
    {
        _rows = rows;
    }

    /// <summary>One term m·x_s.</summary>
    /// <param name="Source">s, the coordinate that is read.</param>
    /// <param name="Coefficient">m, the weight.</param>
    public readonly record struct Term(int Source, double Coefficient);

    /// <summary>The number of coordinates.</summary>
    public int Size => _rows.Length;

    /// <summary>The terms of output coordinate <paramref name="coordinate"/>; none where it is always zero.</summary>
    public IReadOnlyList<Term> this[int coordinate] => _rows[coordinate];

    /// <summary>The identity.</summary>
    public static CoordinateMap Identity(int size) =>
        new([.. Enumerable.Range(0, size).Select(coordinate => new[] { new Term(coordinate, 1) })]);

    /// <summary>The map with the given nonzero weights (output, input, weight).</summary>
    public static CoordinateMap Of(int size, IEnumerable<(int Output, int Input, double Weight)> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var rows = new List<Term>[size];
        foreach (var (output, input, weight) in weights)
        {
            if (weight != 0)
            {
                (rows[output] ??= []).Add(new Term(input, weight));
            }
        }

        return new CoordinateMap([.. rows.Select(row => row is null ? [] : row.ToArray())]);
    }

    /// <summary>This map after <paramref name="first"/>.</summary>
    public CoordinateMap After(CoordinateMap first)
    {
        ArgumentNullException.ThrowIfNull(first);
        return new CoordinateMap([.. _rows.Select(row => row
            .SelectMany(outer => first._rows[outer.Source].Select(inner => new Term(inner.Source, outer.Coefficient * inner.Coefficient)))
            .GroupBy(term => term.Source)
            .Select(group => new Term(group.Key, group.Sum(term => term.Coefficient)))
            .Where(term => term.Coefficient != 0)
            .ToArray())]);
    }

    /// <summary>The output coordinates that each input coordinate reaches: the transpose.</summary>
    public CoordinateMap Transpose() =>
        Of(Size, _rows.SelectMany((row, output) => row.Select(term => (term.Source, output, term.Coefficient))));

    /// <summary>The slot whose coordinates, in order and unchanged, the given terms are; null if they are anything else.</summary>
    internal static int? WholeSlot(IReadOnlyList<IReadOnlyList<Term>> columns, int width)
    {
        if (columns.Count != width || columns[0].Count == 0 || columns[0][0].Source % width != 0)
        {
            return null;
        }

        var first = columns[0][0].Source;
        for (var column = 0; column < columns.Count; column++)
        {
            if (columns[column].Count != 1 || columns[column][0] != new Term(first + column, 1))
            {
                return null;
            }
        }

        return first / width;
    }
}
