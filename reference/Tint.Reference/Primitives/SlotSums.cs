using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Primitives;

/// <summary>Slots under construction: sums of weighted columns, slot by slot, with untouched slots left at zero.</summary>
internal sealed class SlotSums(Arithmetic arithmetic, int rowCount, int width, int count)
{
    private readonly ColumnSums?[] _sums = new ColumnSums?[count];
    private readonly Tracked?[] _whole = new Tracked?[count];

    /// <summary>Adds every column of <paramref name="source"/> to the coordinates that <paramref name="targets"/> gives it.</summary>
    public void Scatter(Tracked source, IReadOnlyList<IReadOnlyList<CoordinateMap.Term>> targets)
    {
        if (CoordinateMap.WholeSlot(targets, width) is { } slot && _sums[slot] is null && _whole[slot] is null)
        {
            _whole[slot] = source;
            return;
        }

        // Gathered by target, so that one target is added to in one order by one thread.
        var terms = targets
            .SelectMany((column, index) => column.Select(term => (Target: term.Source, Source: index, term.Coefficient)))
            .GroupBy(term => term.Target)
            .Select(group => (Sums: Sums(group.Key / width), Column: group.Key % width, Terms: group.ToArray()))
            .ToArray();
        ColumnMajor.ForColumns(rowCount, terms.Length, index =>
        {
            var (sums, column, sources) = terms[index];
            foreach (var term in sources)
            {
                sums.Add(column, source, term.Source, term.Coefficient);
            }
        });
    }

    /// <summary>The slots.</summary>
    public Slots ToSlots() =>
        new(rowCount, width, Enumerable.Range(0, count).Select(slot => _whole[slot] ?? _sums[slot]?.ToTracked()));

    private ColumnSums Sums(int slot)
    {
        var sums = _sums[slot] ??= new ColumnSums(arithmetic, rowCount, width);
        if (_whole[slot] is { } whole)
        {
            for (var column = 0; column < width; column++)
            {
                sums.Add(column, whole, column, 1);
            }

            _whole[slot] = null;
        }

        return sums;
    }
}
