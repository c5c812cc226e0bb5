using System.Globalization;
using System.Text;
using Tint.Mutation.Running;

namespace Tint.Mutation;

/// <summary>Writes the named mutants and the tests that see them as a page of Markdown.</summary>
internal static class MutationMarkdown
{
    /// <summary>The page.</summary>
    public static string Render(IReadOnlyList<MutantVerdict> verdicts)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            # Faults in the sources

            Faults that wrappers of an implementation cannot have: in bounds, certificates, the judge, and inside the simulation. Each is a passage of a file
            replaced by another ([Tint.Mutation/Faults](Tint.Mutation/Faults)); the assembly is compiled with it, and the test named here must see it.
            Written by `dotnet run --project verification/Tint.Mutation -- --markdown verification/source-mutants.md`.

            {verdicts.Count(verdict => verdict.Outcome == MutantFate.Killed)} of {verdicts.Count} are seen.

            | mutant | file | what it computes instead | seen by |
            | --- | --- | --- | --- |

            """);
        foreach (var verdict in verdicts)
        {
            var seen = verdict.Outcome == MutantFate.Killed ? $"`{verdict.Finding.Split('(')[0].Split('.')[^1]}`" : $"**{verdict.Outcome}**";
            page.Append(
                CultureInfo.InvariantCulture,
                $"| `{verdict.Mutant.Name}` | `{Path.GetFileName(verdict.Mutant.File)}` | {verdict.Mutant.Fault} | {seen} |\n");
        }

        return page.ToString();
    }
}
