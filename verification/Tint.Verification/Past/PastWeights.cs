using System.Globalization;
using Tint.Reference.Primitives;

namespace Tint.Verification.Past;

/// <summary>A matrix of a layer of a past construction, entry by entry.</summary>
/// <param name="Construction">In whose manner.</param>
/// <param name="Layer">The layer, from 1; those of a loop once.</param>
/// <param name="Does">What the layer does.</param>
/// <param name="Matrix">"query", "key", "value" or "output".</param>
/// <param name="Entries">
/// What is not zero: rows that are written, and rows of the column that they are read from, "8 ← −0.04·8", or a number that some columns or all are given; runs of rows as a…b.
/// </param>
internal sealed record PastWeights(string Construction, int Layer, string Does, string Matrix, IReadOnlyList<string> Entries)
{
    /// <summary>All matrices of a construction.</summary>
    public static IReadOnlyList<PastWeights> Of(PastConstruction construction)
    {
        ArgumentNullException.ThrowIfNull(construction);
        return
        [
            .. construction.Layers.Index().SelectMany(item => Matrices(item.Item.Weights)
                .Select(matrix => new PastWeights(construction.Name, item.Index + 1, item.Item.Does, matrix.Name, [.. Runs([.. matrix.Entries])]))),
        ];
    }

    private static IEnumerable<(string Name, IEnumerable<Entry> Entries)> Matrices(AttentionWeights weights)
    {
        var (heads, size, output) = (weights.HeadCount, weights.HeadSize, weights.Output.ToMap());
        yield return ("query", Read(weights.Query, heads, size));
        yield return ("key", Read(weights.Key, heads, size));
        yield return ("value", Read(weights.Value, heads, size));
        yield return ("output", Enumerable.Range(0, output.Size).SelectMany(row => output[row].Select(term => new Entry(row, term.Source, term.Coefficient, null))));
    }

    private static IEnumerable<Entry> Read(Projection projection, int heads, int size)
    {
        var positions = projection.Position.Materialise();
        for (var head = 0; head < heads; head++)
        {
            foreach (var (column, terms) in projection.Columns(head, size).Index())
            {
                foreach (var term in terms)
                {
                    yield return new((head * size) + column, term.Source, term.Coefficient, null);
                }

                int[] given = projection.Position.Reaches(head) ? [.. Enumerable.Range(0, positions.RowCount).Where(position => positions[position, column] != 0)] : [];
                foreach (var group in given.GroupBy(position => projection.Position.Weight(head) * positions[position, column]))
                {
                    var where = group.Count() == positions.RowCount ? "in every column" : $"in column {string.Join(" ", group)}";
                    yield return new((head * size) + column, null, group.Key, where);
                }
            }
        }
    }

    /// <summary>Entries in a row with one factor, whose rows go on by one on both sides, are one.</summary>
    private static IEnumerable<string> Runs(Entry[] entries)
    {
        for (int first = 0, next; first < entries.Length; first = next)
        {
            for (next = first + 1; next < entries.Length && entries[next].Follows(entries[next - 1]); next++)
            {
            }

            yield return Text(entries[first], entries[next - 1]);
        }
    }

    private static string Text(Entry first, Entry last)
    {
        var factor = first.Factor.ToString("R", CultureInfo.InvariantCulture).Replace('-', '−');
        return $"{Range(first.To, last.To)} ← {(first.From is { } from ? (first.Factor == 1 ? string.Empty : $"{factor}·") + Range(from, last.From!.Value) : $"{factor} {first.Where}")}";
    }

    private static string Range(int first, int last) =>
        first == last ? first.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{first}…{last}");

    private sealed record Entry(int To, int? From, double Factor, string? Where)
    {
        public bool Follows(Entry before) => To == before.To + 1 && From == before.From + 1 && Factor == before.Factor && Where == before.Where;
    }
}
