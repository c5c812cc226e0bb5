using System.Collections;
using Tint.Reference.Configuration;

namespace Tint.Reference.Architecture;

/// <summary>One thing in every place of a list, which takes no room however long the list is.</summary>
/// <typeparam name="T">The kind of thing.</typeparam>
/// <param name="item">The thing.</param>
/// <param name="count">How often it is there.</param>
internal sealed class Repeated<T>(T item, int count) : IReadOnlyList<T>
{
    /// <inheritdoc/>
    public int Count { get; } = Require.AtLeast(count, 0, "a number of places");

    /// <inheritdoc/>
    public T this[int index] => index >= 0 && index < Count
        ? item
        : throw new RuleViolationException("an index must lie within a list", $"{index} of {Count}", $"use 0 to {Count - 1}");

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => Enumerable.Repeat(item, Count).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
