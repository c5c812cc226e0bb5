using System.IO.Enumeration;
using Tint.Fixtures;
using Tint.Reference;
using Tint.Reference.Families;

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

    /// <summary>The cases of a family's models, in their order: of a variant of it too, unless a variant is asked for.</summary>
    /// <param name="cases">The cases.</param>
    /// <param name="family">As in "llama"; or a variant, as in "mistral".</param>
    /// <exception cref="RuleViolationException">There is no such family, or it has no case.</exception>
    public static IReadOnlyList<FixtureCase> OfFamily(IReadOnlyList<FixtureCase> cases, string family)
    {
        ArgumentNullException.ThrowIfNull(cases);
        var isWhole = FamilyCatalogue.NameOf(family) == family;
        var types = cases.Select(item => (Case: item, Type: item.IsAuxiliary ? item.Family : item.Config.Family)).Where(item => item.Type is not null).ToArray();
        FixtureCase[] chosen =
        [
            .. types.Where(item => item.Type == family || (isWhole && FamilyCatalogue.ModelTypes.Contains(item.Type!) && FamilyCatalogue.NameOf(item.Type!) == family))
                .Select(item => item.Case),
        ];
        return chosen.Length > 0
            ? chosen
            : throw new RuleViolationException(
                "a family must have at least one case",
                $"none of {family} among {cases.Count}",
                types.Length > 0 ? $"use one of {string.Join(", ", types.Select(item => item.Type).Distinct())}" : "use cases of whole models");
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
