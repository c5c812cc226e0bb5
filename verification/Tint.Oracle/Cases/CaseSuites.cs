using Tint.Fixtures;
using Tint.Reference;
using Tint.Reference.Configuration;
using Tint.Reference.Families;

namespace Tint.Oracle.Cases;

/// <summary>The suites of fresh cases.</summary>
internal static class CaseSuites
{
    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["modules", "models", "paper"];

    /// <summary>The families that fresh whole models may have; without one, those of the published code.</summary>
    public static IReadOnlyList<string> Families { get; } = [.. FamilyCatalogue.Families];

    /// <summary>A suite's cases, none computed yet.</summary>
    /// <param name="suite">One of <see cref="Names"/>: every module and option; whole models; or both in small as the paper means them, without departures.</param>
    /// <param name="shapes">The shapes; empty for the suite's own.</param>
    /// <param name="family">The family of whole models; null for both of the published code.</param>
    /// <param name="dataType">float64 or float32.</param>
    /// <param name="seed">The seed.</param>
    /// <exception cref="RuleViolationException">The suite or family is unknown, or a shape is not admissible.</exception>
    public static IReadOnlyList<Func<CaseDraft>> Drafts(string suite, IReadOnlyList<CaseShape> shapes, string? family, string dataType, int seed)
    {
        if (family is not null && !Families.Contains(family))
        {
            throw Unknown("the family of fresh cases must be one that TinT simulates", family, Families);
        }

        string[] families = family is null ? [.. FixtureModules.PublishedFamilies] : [family];
        if (suite == "modules" && family is not null)
        {
            throw new RuleViolationException(
                "the suite of modules is that of the published code, which belongs to no family",
                $"--family {family}",
                $"use --suite models --family {family}: its cases hold the inputs and outputs of every module of the family, and an answer may be one of these alone");
        }

        (CaseShape Shape, string Letter)[] lettered = suite == "modules"
            ? Lettered(shapes.Count > 0 ? shapes : CaseShape.Defaults)
            : Lettered(shapes.Count > 0 ? shapes : [CaseShape.Defaults[0]]);
        var isOwnShape = shapes.Count == 0;
        return suite switch
        {
            "modules" => [.. lettered.SelectMany(item => ModuleSuite.Drafts(item.Shape, item.Letter, seed, dataType, Departures.Published, options: true))],
            "models" => [.. Models(Departures.Published, int.MaxValue)],
            "paper" =>
            [
                .. lettered.SelectMany(item => ModuleSuite.Drafts(item.Shape, item.Letter, seed, dataType, Departures.Paper, options: false)),
                .. Models(Departures.Paper, 3),
            ],
            _ => throw Unknown("the suite must be known", suite, Names),
        };

        IEnumerable<Func<CaseDraft>> Models(Departures departures, int count) => lettered.SelectMany(item => families.SelectMany(one =>
        {
            var letter = lettered.Length > 1 ? $".{item.Letter}" : string.Empty;
            return one switch
            {
                "gpt2" => ModelSuite.Drafts(item.Shape, letter, AuxiliaryFamily.Gpt2, seed, dataType, departures, count),
                "opt" => ModelSuite.Drafts(item.Shape, letter, AuxiliaryFamily.Opt, seed, dataType, departures, count),
                _ => FamilySuite.Drafts(one, item.Shape, isOwnShape, letter, seed, dataType, departures, count),
            };
        }));
    }

    /// <summary>a to z, then a1, b1, …</summary>
    private static (CaseShape, string)[] Lettered(IReadOnlyList<CaseShape> shapes) =>
        [.. shapes.Select((shape, index) => (shape, $"{(char)('a' + (index % 26))}{(index < 26 ? string.Empty : index / 26)}"))];

    private static RuleViolationException Unknown(string rule, string found, IReadOnlyList<string> known) =>
        new(rule, $"'{found}'", $"use one of {string.Join(", ", known)}");
}
