using Tint.Reference.Primitives;
using Tint.Reference.Rounding;

namespace Tint.Properties.Laws;

/// <summary>The error bounds of slots, in the slots' own place.</summary>
internal static class Errors
{
    public static Slots Of(Slots slots, RoundingModel rounding) => new(slots.RowCount, slots.Width, Enumerable.Range(0, slots.Count)
        .Select(slot => slots[slot] is { Error: { } error } ? new Tracked(rounding.Bound(error)) : null));
}
