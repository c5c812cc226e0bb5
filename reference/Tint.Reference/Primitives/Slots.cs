using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Primitives;

/// <summary>
/// Hidden states of some positions, cut into n + 1 slots of D_aux coordinates: [rows × D_sim] with coordinate c in slot c / D_aux. A slot
/// that is exactly zero is null and costs nothing, and one that nobody reads is never computed.
/// </summary>
/// <remarks>
/// Every place that the construction reads or writes is a slot. Tokens: the signal is slot 0, memory fills slots from the top. Prefix j: slot
/// r &lt; n is row j·n + r of the auxiliary weight matrix, slot n is the bias.
/// Source: C2.
/// </remarks>
public sealed class Slots
{
    private readonly Lazy<Tracked?>[] _slots;

    /// <summary>Slots with the given contents; each is [rows × width] or null.</summary>
    public Slots(int rowCount, int width, IEnumerable<Tracked?> slots)
        : this(rowCount, width, slots.Select(static slot => new Lazy<Tracked?>(slot)))
    {
    }

    private Slots(int rowCount, int width, IEnumerable<Lazy<Tracked?>> slots)
    {
        RowCount = rowCount;
        Width = width;
        _slots = [.. slots];
    }

    /// <summary>The number of positions.</summary>
    public int RowCount { get; }

    /// <summary>D_aux, the coordinates of one slot.</summary>
    public int Width { get; }

    /// <summary>n + 1, the number of slots.</summary>
    public int Count => _slots.Length;

    /// <summary>A slot's contents, [rows × D_aux]; null where it is exactly zero.</summary>
    public Tracked? this[int slot] => _slots[slot].Value;

    /// <summary>All slots zero.</summary>
    public static Slots Zero(int rowCount, int width, int count) => new(rowCount, width, new Tracked?[count]);

    /// <summary>Cuts a matrix [rows × D_sim] into slots; slots of zeros become null.</summary>
    public static Slots From(Matrix<double> states, int width)
    {
        ArgumentNullException.ThrowIfNull(states);
        var slots = Enumerable.Range(0, states.ColumnCount / width)
            .Select(slot => states.SubMatrix(0, states.RowCount, slot * width, width))
            .Select(part => part.Exists(static value => value != 0) ? new Tracked(part) : null);
        return new Slots(states.RowCount, width, slots);
    }

    /// <summary>The same slots with one replaced.</summary>
    public Slots With(int slot, Tracked? contents)
    {
        var copy = (Lazy<Tracked?>[])_slots.Clone();
        copy[slot] = new Lazy<Tracked?>(contents);
        return new Slots(RowCount, Width, copy);
    }

    /// <summary>Applies <paramref name="map"/> to every slot, once the result is read.</summary>
    public Slots Select(Func<Tracked?, int, Tracked?> map) => Select(RowCount, map);

    /// <summary>The same slots with every number's sign turned.</summary>
    public Slots Negative() => Select(static (slot, _) => slot is null ? null : Arithmetic.Negative(slot));

    /// <summary>Applies <paramref name="map"/> to the slots of both, one by one, once the result is read.</summary>
    public Slots Zip(Slots other, Func<Tracked?, Tracked?, Tracked?> map)
    {
        ArgumentNullException.ThrowIfNull(other);
        ArgumentNullException.ThrowIfNull(map);
        return new Slots(RowCount, Width, _slots.Zip(
            other._slots, (first, second) => new Lazy<Tracked?>(() => map(first.Value, second.Value))));
    }

    /// <summary>The slots from <paramref name="first"/> on taken from <paramref name="other"/>, those below from here.</summary>
    public Slots Tail(int first, Slots other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new Slots(RowCount, Width, _slots.Take(first).Concat(other._slots.Skip(first)));
    }

    /// <summary>Computes every slot now, so that what they were computed from can be let go.</summary>
    public Slots Force()
    {
        foreach (var slot in _slots)
        {
            _ = slot.Value;
        }

        return this;
    }

    /// <summary>Some of the positions.</summary>
    public Slots Rows(IReadOnlyList<int> kept)
    {
        ArgumentNullException.ThrowIfNull(kept);
        return Select(kept.Count, (slot, _) => slot is null ? null : Arithmetic.Rows(slot, kept));
    }

    /// <summary>All slots side by side, [rows × D_sim].</summary>
    public Matrix<double> ToMatrix() => Join(static slot => slot?.Value);

    /// <summary>The error bounds of all slots side by side, [rows × D_sim]; zero where a slot has none.</summary>
    public Matrix<double> ToErrorMatrix() => Join(static slot => slot?.Error);

    private Slots Select(int rowCount, Func<Tracked?, int, Tracked?> map) =>
        new(rowCount, Width, _slots.Select((slot, i) => new Lazy<Tracked?>(() => map(slot.Value, i))));

    private Matrix<double> Join(Func<Tracked?, Matrix<double>?> part)
    {
        var states = Matrix<double>.Build.Dense(RowCount, Width * Count);
        for (var slot = 0; slot < Count; slot++)
        {
            if (part(this[slot]) is { } contents)
            {
                states.SetSubMatrix(0, slot * Width, contents);
            }
        }

        return states;
    }
}
