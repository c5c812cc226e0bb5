using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Keeping;
using Tint.Reference.Primitives;
using Tint.Reference.Stacking;

namespace Tint.Reference.Model;

/// <summary>
/// Keeps a block's memory and its updated prefixes until they are needed again, slot by slot. Where rounding is followed, a store that rounds
/// adds its own to the errors.
/// </summary>
internal sealed class KeptSlots(PassStorage storage, Arithmetic arithmetic)
{
    /// <summary>Keeps a block's memory; some leaves' is never rounded.</summary>
    public IKept<Placed<Slots>> Keep(Placed<Slots> memory, BlockPlan plan)
    {
        var parts = new KeptParts();
        var kept = memory.Select((place, slots) => Add(parts, storage.Activations, slots, plan.LeavesExactMemory(place)));
        return parts.Whole(() => kept.Select(static load => load()));
    }

    /// <summary>Keeps a block's prefixes.</summary>
    public IKept<BlockPrefixes> Keep(BlockPrefixes prefixes)
    {
        var parts = new KeptParts();
        var kept = prefixes.Loads.Select(slots => Add(parts, storage.Weights, slots));
        return parts.Whole(() => new BlockPrefixes(kept.Select(static load => load())));
    }

    private Func<Slots> Add(KeptParts parts, MatrixStore store, Slots slots, bool exact = false)
    {
        var (rows, width, kept) = (slots.RowCount, slots.Width, new Func<Tracked>?[slots.Count]);
        for (var slot = 0; slot < kept.Length; slot++)
        {
            kept[slot] = slots[slot] is { } contents ? Add(parts, store, contents, exact) : null;
        }

        return () => new Slots(rows, width, kept.Select(static slot => slot?.Invoke()));
    }

    private Func<Tracked> Add(KeptParts parts, MatrixStore store, Tracked contents, bool exact)
    {
        var value = exact ? parts.AddExactly(store, contents.Value) : parts.Add(store, contents.Value);
        var (error, columns) = (Error(exact ? NumberFormat.Binary64 : store.Format, store, contents), contents.NonzeroColumns);
        return () => new Tracked(value(), error) { NonzeroColumns = columns };
    }

    private Matrix<double>? Error(NumberFormat format, MatrixStore store, Tracked contents) =>
        format == NumberFormat.Binary64 || arithmetic.Rounding is not { } rounding
            ? contents.Error
            : contents.Value.MapIndexed(
                (i, j, x) => rounding.Combine(contents.Error?.At(i, j) ?? 0, store.Roundoff(x)), Zeros.Include);
}
