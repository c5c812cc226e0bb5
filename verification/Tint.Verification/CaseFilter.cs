using System.IO.Enumeration;
using Tint.Fixtures;
using Tint.Reference;

namespace Tint.Verification;

/// <summary>Picks cases by name.</summary>
public static class CaseFilter
{
    /// <summary>
    /// The cases whose id matches a pattern as a whole, in their order: <c>*</c> stands for any text, <c>?</c> for one character, and upper and
    /// lower case differ.
    /// </summary>
    /// <exception cref="RuleViolationException">None matches: a run that checks nothing must not pass.</exception>
    public static IReadOnlyList<FixtureCase> Select(IReadOnlyList<FixtureCase> cases, string? pattern)
    {
        ArgumentNullException.ThrowIfNull(cases);
        if (pattern is null)
        {
            return cases;
        }

        return Select(cases, [pattern]);
    }

    /// <summary>The cases that match one of several patterns, in their order; without a pattern all of them.</summary>
    /// <exception cref="RuleViolationException">A pattern matches none.</exception>
    public static IReadOnlyList<FixtureCase> Select(IReadOnlyList<FixtureCase> cases, IReadOnlyCollection<string> patterns)
    {
        ArgumentNullException.ThrowIfNull(cases);
        ArgumentNullException.ThrowIfNull(patterns);
        if (patterns.Count == 0)
        {
            return cases;
        }

        var chosen = patterns.SelectMany(pattern => Matching(cases, pattern)).ToHashSet(ReferenceEqualityComparer.Instance);
        return [.. cases.Where(chosen.Contains)];
    }

    private static FixtureCase[] Matching(IReadOnlyList<FixtureCase> cases, string pattern)
    {
        var matching = cases.Where(fixtureCase => FileSystemName.MatchesSimpleExpression(pattern, fixtureCase.Id, ignoreCase: false)).ToArray();
        return matching.Length > 0
            ? matching
            : throw new RuleViolationException(
                "a filter must match at least one case", $"'{pattern}' for {cases.Count} cases", "list them with 'tint list'");
    }
}
