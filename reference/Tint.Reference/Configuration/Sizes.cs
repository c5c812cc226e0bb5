namespace Tint.Reference.Configuration;

/// <summary>Products of sizes, none of which may wrap around: what an array holds is limited, and a size beyond it is refused before it is used.</summary>
internal static class Sizes
{
    /// <summary>The most numbers that one matrix or tensor holds.</summary>
    public static int Most => Array.MaxLength;

    /// <summary>The product of some sizes, each at least 0, or null where it is beyond <see cref="Most"/>.</summary>
    public static int? Product(params ReadOnlySpan<long> sizes)
    {
        var product = 1L;
        foreach (var size in sizes)
        {
            if (size == 0)
            {
                return 0;
            }

            product = product > Most || size > Most ? long.MaxValue : product * size;
        }

        return product <= Most ? (int)product : null;
    }

    /// <summary>A product of two counts, each at least 0.</summary>
    /// <exception cref="RuleViolationException">It is beyond 64 bits.</exception>
    public static long Count(long first, long second)
    {
        var high = Math.BigMul(first, second, out var low);
        return high == 0 && low >= 0 ? low : throw Uncountable($"{first}·{second}");
    }

    /// <summary>A sum of counts, each at least 0.</summary>
    /// <exception cref="RuleViolationException">It is beyond 64 bits.</exception>
    public static long Sum(IEnumerable<long> counts) => counts.Aggregate(0L, (sum, count) =>
        sum <= long.MaxValue - count ? sum + count : throw Uncountable($"{sum} + {count}"));

    /// <summary>The complaint about a count that no count of parameters or operations reaches.</summary>
    public static RuleViolationException Uncountable(string found) =>
        new($"counts must be at most {long.MaxValue}", found, "use fewer layers, steps or a smaller model");

    /// <summary>The number of entries of something, which one array must hold.</summary>
    /// <param name="name">What has the entries.</param>
    /// <param name="remedy">What would make it smaller.</param>
    /// <param name="sizes">The sizes of its axes, each at least 0.</param>
    /// <exception cref="RuleViolationException">It has more entries than an array holds.</exception>
    public static int Entries(string name, string remedy, params ReadOnlySpan<long> sizes) => Product(sizes) ?? throw new RuleViolationException(
        $"{name} must have at most {Most} entries", $"[{string.Join(" × ", sizes.ToArray().Select(size => $"{size}"))}]", remedy);
}
