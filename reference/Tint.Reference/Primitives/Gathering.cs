using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Primitives;

/// <summary>Moves columns between slots and the matrices that products work on.</summary>
internal static class Gathering
{
    /// <summary>
    /// The matrix [rows × columns] whose columns are the given sums of coordinates; null if all are zero, and the slot itself, uncopied, if
    /// they are all of it in order.
    /// </summary>
    public static Tracked? Gather(this Arithmetic arithmetic, Slots slots, IReadOnlyList<IReadOnlyList<CoordinateMap.Term>> columns)
    {
        var width = slots.Width;
        // Read before the loop below: slots compute themselves when they are first read, in parallel as well.
        var contents = new Tracked?[slots.Count];
        foreach (var slot in columns.SelectMany(terms => terms).Select(term => term.Source / width).Distinct())
        {
            contents[slot] = slots[slot];
        }

        if (Array.TrueForAll(contents, static slot => slot is null))
        {
            return null;
        }

        if (CoordinateMap.WholeSlot(columns, width) is { } whole)
        {
            return contents[whole];
        }

        var target = new ColumnSums(arithmetic, slots.RowCount, columns.Count);
        ColumnMajor.ForColumns(slots.RowCount, columns.Count, column =>
        {
            foreach (var term in columns[column])
            {
                if (contents[term.Source / width] is { } slot)
                {
                    target.Add(column, slot, term.Source % width, term.Coefficient);
                }
            }
        });

        return target.ToTracked();
    }

    /// <summary>Applies a map on coordinates at every position.</summary>
    public static Slots Apply(this Arithmetic arithmetic, CoordinateMap map, Slots slots) =>
        slots.Select((_, slot) => arithmetic.Gather(
            slots, [.. Enumerable.Range(slot * slots.Width, slots.Width).Select(coordinate => map[coordinate])]));
}
