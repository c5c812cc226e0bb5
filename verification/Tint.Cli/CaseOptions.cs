using System.CommandLine;
using Tint.Fixtures;
using Tint.Reference.Families;
using Tint.Verification;

namespace Tint.Cli;

/// <summary>The options that pick cases, which several verbs share.</summary>
internal sealed class CaseOptions
{
    private readonly Option<string?> _fixtures = Words.Text(
        "--fixtures", "DIR", $"A directory with a {FixtureManifest.FileName}; without it, the cases that ship with the repository.");

    private readonly Option<string[]> _filter = Words.Texts(
        "--filter", "GLOB", "Only cases whose id matches: * stands for any text, ? for one character. Given several times, one of them.");

    private readonly Option<string?> _family = Words.Text(
        "--family", "NAME", $"Only cases of a family's models: {string.Join(", ", FamilyCatalogue.ModelTypes)}.");

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Add(_fixtures);
        command.Add(_filter);
        command.Add(_family);
    }

    /// <summary>The cases to use, the set that they are chosen from, and its notes.</summary>
    /// <exception cref="FixtureException">There is no usable manifest, or the notes beside it are not.</exception>
    /// <exception cref="Reference.RuleViolationException">The filter matches no case, or the family has none.</exception>
    public CaseSelection Load(ParseResult parsed)
    {
        var directory = parsed.GetValue(_fixtures);
        var all = directory is null ? FixtureManifest.LoadShipped() : FixtureManifest.Load(directory).Cases;
        var ofFamily = parsed.GetValue(_family) is { } family ? CaseFilter.OfFamily(all, family) : all;
        return new CaseSelection
        {
            Chosen = CaseFilter.Select(ofFamily, parsed.GetValue(_filter) ?? []),
            All = all,
            Directory = directory,
            Notes = directory is null ? FixtureNotes.LoadShipped() : FixtureNotes.Load(directory),
        };
    }
}
