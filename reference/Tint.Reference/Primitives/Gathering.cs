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
        if (!columns.Any(terms => terms.Any(term => slots[term.Source / width] is not null)))
        {
            return null;
        }

        if (CoordinateMap.WholeSlot(columns, width) is { } whole)
        {
            return slots[whole];
        }

        var target = new ColumnSums(arithmetic, slots.RowCount, columns.Count);
        ColumnMajor.ForColumns(slots.RowCount, columns.Count, column =>
        {
            foreach (var term in columns[column])
            {
                if (slots[term.Source / width] is { } slot)
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
