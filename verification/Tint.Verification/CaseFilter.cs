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

        var matching = cases.Where(fixtureCase => FileSystemName.MatchesSimpleExpression(pattern, fixtureCase.Id, ignoreCase: false)).ToArray();
        return matching.Length > 0
            ? matching
            : throw new RuleViolationException(
                "a filter must match at least one case", $"'{pattern}' for {cases.Count} cases", "list them with 'tint list'");
    }
}
