using Tint.Mutation.Running;

namespace Tint.Mutation.Proposing;

/// <summary>What a proposed mutant is put to: the tests of its own folder first, then small cases, laws, and all unit tests.</summary>
internal static class ProposedChecks
{
    /// <summary>The checks for a file, in order.</summary>
    public static IReadOnlyList<Check> Of(string file)
    {
        var parts = file.Split('/');
        var (project, folder) = ($"{parts[0]}/{parts[1]}", parts.Length > 3 ? parts[2] : null);
        var tests = TestProjects.Of(project);
        var near = folder is null ? null : Check.Tests(tests[0], $"FullyQualifiedName~{tests[0]}.{folder}.");
        return
        [
            .. near is null || !HasTests(tests[0], folder!) ? Array.Empty<Check>() : [near],
            Check.Verb("verify", "--filter", "*.a"),
            Check.Verb("verify", "--filter", "TinT.*_step*"),
            Check.Verb("properties", "--cases", "3"),
            Check.Tests(tests[0], null),
            Check.Verb("verify"),
        ];
    }

    /// <summary>Folders of tests mirror those of the sources, but for a few whose tests lie with their users.</summary>
    private static bool HasTests(string project, string folder) =>
        Directory.Exists(Repository.Find().PathOf($"tests/{project}/{folder}"));
}
