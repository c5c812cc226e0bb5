namespace Tint.Mutation.Running;

/// <summary>Something that is run against a mutant: tests, laws or cases.</summary>
/// <param name="Name">What reports call it.</param>
/// <param name="Project">The test project in whose folder it runs.</param>
/// <param name="Arguments">The words after <c>dotnet</c>, in that folder.</param>
public sealed record Check(string Name, string Project, IReadOnlyList<string> Arguments)
{
    /// <summary>Some of a project's tests.</summary>
    /// <param name="project">The test project.</param>
    /// <param name="filter">A filter of <c>dotnet test</c>; null for all tests.</param>
    public static Check Tests(string project, string? filter) => new(
        filter is null ? project : $"{project} {filter}",
        project,
        ["test", $"{project}.dll", "--nologo", .. filter is null ? Array.Empty<string>() : ["--filter", filter]]);

    /// <summary>A verb of the command tint.</summary>
    public static Check Verb(params string[] words) => new($"tint {string.Join(' ', words)}", TestProjects.Properties, ["tint.dll", .. words]);

    /// <summary>The check that a named mutant must be seen by.</summary>
    public static Check Named(string seenBy)
    {
        ArgumentNullException.ThrowIfNull(seenBy);
        var parts = seenBy.Split(':', 2);
        return parts[0] == "tint" ? Verb(parts[1].Split(' ')) : Tests(parts[0], $"FullyQualifiedName~{parts[1]}");
    }
}
