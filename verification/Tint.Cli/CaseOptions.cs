using System.CommandLine;
using Tint.Fixtures;
using Tint.Verification;

namespace Tint.Cli;

/// <summary>The options that pick cases, which several verbs share.</summary>
internal sealed class CaseOptions
{
    private readonly Option<string?> _fixtures = Words.Text(
        "--fixtures", "DIR", $"A directory with a {FixtureManifest.FileName}; without it, the cases that ship with the repository.");

    private readonly Option<string[]> _filter = Words.Texts(
        "--filter", "GLOB", "Only cases whose id matches: * stands for any text, ? for one character. Given several times, one of them.");

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Add(_fixtures);
        command.Add(_filter);
    }

    /// <summary>The directory that the user named, or null.</summary>
    public string? Directory(ParseResult parsed) => parsed.GetValue(_fixtures);

    /// <summary>The cases to use.</summary>
    /// <exception cref="FixtureException">There is no usable manifest.</exception>
    /// <exception cref="Reference.RuleViolationException">The filter matches no case.</exception>
    public IReadOnlyList<FixtureCase> Load(ParseResult parsed) => CaseFilter.Select(
        FixtureManifest.Load(Directory(parsed) ?? FixtureLocator.FindShipped()).Cases, parsed.GetValue(_filter) ?? []);
}
