namespace Tint.Reference.Configuration;

/// <summary>How many heads of which kind fit together.</summary>
internal static class HeadRules
{
    /// <summary>Requires that every key and value head serves as many query heads as the others.</summary>
    /// <exception cref="RuleViolationException">It does not.</exception>
    public static void Check(int heads, int keyValueHeads)
    {
        if (heads % keyValueHeads != 0)
        {
            throw new RuleViolationException(
                "the key and value heads must divide the query heads",
                $"{keyValueHeads} for {heads}",
                $"use one of {string.Join(", ", Enumerable.Range(1, heads).Where(count => heads % count == 0))}");
        }
    }

    /// <summary>D/H.</summary>
    /// <exception cref="RuleViolationException">H does not divide D.</exception>
    public static int Size(int width, int heads) => width % heads == 0
        ? width / heads
        : throw new RuleViolationException(
            "the heads must divide the width",
            $"{heads} heads for width {width}",
            $"use one of {string.Join(", ", Enumerable.Range(1, Math.Min(width, 256)).Where(count => width % count == 0))}");
}
