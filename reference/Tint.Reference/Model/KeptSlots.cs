using MathNet.Numerics.LinearAlgebra;
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
    /// <summary>Keeps a block's memory. What its normalisations left is never rounded.</summary>
    public IKept<BlockMemory> Keep(BlockMemory memory)
    {
        var (parts, store) = (new KeptParts(), storage.Activations);
        var (attentionNorm, mlpNorm) = (Add(parts, store, memory.AttentionNorm, exact: true), Add(parts, store, memory.MlpNorm, exact: true));
        var (attention, output) = (Add(parts, store, memory.Attention), Add(parts, store, memory.Output));
        (Func<Slots> Inner, Func<Slots> Activation, Func<Slots> Outer)[] chunks =
        [
            .. memory.Chunks.Select(chunk => (Add(parts, store, chunk.Inner), Add(parts, store, chunk.Activation), Add(parts, store, chunk.Outer))),
        ];
        return parts.Whole(() => new BlockMemory(attentionNorm(), attention(), output(), mlpNorm(), [
            .. chunks.Select(chunk => (chunk.Inner(), chunk.Activation(), chunk.Outer())),
        ]));
    }

    /// <summary>Keeps a block's prefixes.</summary>
    public IKept<BlockPrefixes> Keep(BlockPrefixes prefixes)
    {
        var (parts, store) = (new KeptParts(), storage.Weights);
        var (attentionNorm, mlpNorm) = (Add(parts, store, prefixes.AttentionNorm), Add(parts, store, prefixes.MlpNorm));
        var (query, key, value) = (Add(parts, store, prefixes.Query), Add(parts, store, prefixes.Key), Add(parts, store, prefixes.Value));
        var output = Add(parts, store, prefixes.Output);
        (Func<Slots> Inner, Slots Activation, Func<Slots> Outer)[] chunks =
        [
            .. prefixes.Chunks.Select(chunk => (Add(parts, store, chunk.Inner), chunk.Activation, Add(parts, store, chunk.Outer))),
        ];
        return parts.Whole(() => new BlockPrefixes(attentionNorm(), query(), key(), value(), output(), mlpNorm(), [
            .. chunks.Select(chunk => new ChunkPrefixes(chunk.Inner(), chunk.Activation, chunk.Outer())),
        ]));
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
