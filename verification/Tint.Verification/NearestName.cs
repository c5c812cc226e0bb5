namespace Tint.Verification;

/// <summary>What was probably meant by a name that is none.</summary>
internal static class NearestName
{
    private const int Slips = 3;

    /// <summary>The known name that the fewest letters keep apart, capitals counting as small ones; null if more than three letters and a third of them are wrong.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="known">The names that there are.</param>
    /// <param name="spelled">What of a known name is written; null for all of it.</param>
    public static string? Of(string name, IEnumerable<string> known, Func<string, string>? spelled = null)
    {
        var nearest = known.MinBy(Wrong);
        return nearest is not null && Wrong(nearest) <= Math.Max(Slips, name.Length / 3) ? nearest : null;

        int Wrong(string one) => Distance(name.ToUpperInvariant(), (spelled?.Invoke(one) ?? one).ToUpperInvariant());
    }

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
