namespace Tint.Reference.Architecture;

/// <summary>Values by place and chunk, in the order in which they were put: a block's weights, its prefixes, or what its forward pass leaves. Immutable.</summary>
/// <typeparam name="T">What lies at a place.</typeparam>
public sealed class Placed<T> : IEquatable<Placed<T>>
{
    private readonly (Place Place, int Chunk, T Value)[] _items;

    /// <summary>Values in order.</summary>
    public Placed(params IEnumerable<(Place Place, int Chunk, T Value)> items) => _items = [.. items];

    /// <summary>All of them, in order.</summary>
    public IReadOnlyList<(Place Place, int Chunk, T Value)> Items => _items;

    /// <summary>The value at a place outside of chunks, or in the first chunk.</summary>
    /// <exception cref="RuleViolationException">There is none.</exception>
    public T this[Place place] => this[place, 0];

    /// <summary>The value at a place in a chunk.</summary>
    /// <exception cref="RuleViolationException">There is none.</exception>
    public T this[Place place, int chunk]
    {
        get
        {
            var index = IndexOf(place, chunk);
            return index >= 0 ? _items[index].Value : throw new RuleViolationException(
                "a block must hold what is asked for", $"nothing at {place}, chunk {chunk}", $"use one of {string.Join(", ", _items.Select(item => item.Place).Distinct())}");
        }
    }

    /// <summary>The values at a place, chunk by chunk.</summary>
    public IReadOnlyList<T> At(Place place) => [.. _items.Where(item => item.Place == place).OrderBy(item => item.Chunk).Select(item => item.Value)];

    /// <summary>Whether something lies at a place.</summary>
    public bool Has(Place place, int chunk = 0) => IndexOf(place, chunk) >= 0;

    /// <summary>The same with a value put at a place, in place of the one there or behind all others.</summary>
    public Placed<T> With(Place place, int chunk, T value)
    {
        var index = IndexOf(place, chunk);
        (Place, int, T)[] items = index < 0 ? [.. _items, (place, chunk, value)] : [.. _items];
        items[index < 0 ? ^1 : index] = (place, chunk, value);
        return new Placed<T>(items);
    }

    /// <summary>f of every value, at the same places.</summary>
    public Placed<TResult> Select<TResult>(Func<T, TResult> f) => Select((_, value) => f(value));

    /// <summary>f of every place and value, at the same places.</summary>
    public Placed<TResult> Select<TResult>(Func<Place, T, TResult> f) =>
        new(_items.Select(item => (item.Place, item.Chunk, f(item.Place, item.Value))));

    /// <inheritdoc/>
    public bool Equals(Placed<T>? other) => other is not null && _items.Length == other._items.Length && _items.All(
        item => other.IndexOf(item.Place, item.Chunk) is >= 0 and var index && EqualityComparer<T>.Default.Equals(item.Value, other._items[index].Value));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Placed<T>);

    /// <inheritdoc/>
    public override int GetHashCode() => _items.Length;

    private int IndexOf(Place place, int chunk) => Array.FindIndex(_items, item => item.Chunk == chunk && item.Place == place);
}
