using System.Globalization;
using Tint.Reference;

namespace Tint.Properties.Campaigns;

/// <summary>One of n equal parts of a campaign: the cases whose index leaves remainder i − 1 when divided by n.</summary>
public sealed record Shard
{
    /// <summary>The whole campaign.</summary>
    public static Shard Whole { get; } = new(1, 1);

    /// <summary>Part <paramref name="index"/> of <paramref name="count"/>.</summary>
    /// <exception cref="RuleViolationException">The index does not lie in 1 … count.</exception>
    public Shard(int index, int count)
    {
        if (count < 1 || index < 1 || index > count)
        {
            throw new RuleViolationException("a shard i/n must have 1 ≤ i ≤ n", $"{index}/{count}", "use 1/1 for everything");
        }

        (Index, Count) = (index, count);
    }

    /// <summary>i, from 1.</summary>
    public int Index { get; }

    /// <summary>n.</summary>
    public int Count { get; }

    /// <summary>Reads "i/n".</summary>
    /// <exception cref="RuleViolationException">The text is not of that form, or i does not lie in 1 … n.</exception>
    public static Shard Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split('/');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? new Shard(index, count)
            : throw new RuleViolationException("a shard must be i/n in whole numbers", $"'{text}'", "use 1/1 for everything");
    }

    /// <summary>The indices of this shard below <paramref name="cases"/>.</summary>
    public IEnumerable<int> Indices(int cases)
    {
        for (long index = Index - 1; index < cases; index += Count)
        {
            yield return (int)index;
        }
    }
}
