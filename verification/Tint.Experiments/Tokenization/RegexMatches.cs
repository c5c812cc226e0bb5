using System.Text.RegularExpressions;

namespace Tint.Experiments.Tokenization;

/// <summary>Places of matches without an object each.</summary>
internal static class RegexMatches
{
    /// <summary>Index and length of every match, in order.</summary>
    public static IReadOnlyList<(int Index, int Length)> EnumerateMatchesAsList(this Regex pattern, string text)
    {
        var matches = new List<(int, int)>();
        foreach (var match in pattern.EnumerateMatches(text))
        {
            matches.Add((match.Index, match.Length));
        }

        return matches;
    }
}
