using Tint.Explaining.Examples;
using Tint.Explaining.Walking;
using Tint.Proofs.Claims;
using Tint.Properties.Laws;

namespace Tint.Explaining.Texts;

/// <summary>The checks that cover a module: the laws and claims themselves, and what the status table and the table of mutants say.</summary>
internal static class CoverageOf
{
    /// <summary>Of a module.</summary>
    public static Coverage Module(ExplainedModule module)
    {
        string[] names = [module.Class, .. module.Runs];
        Law[] laws = [.. LawBook.All.Where(law => names.Contains(law.Subject) || law.Facts.Contains(module.Label))];
        var status = Status(module, names);
        return new(
            status.Cases,
            laws.ToDictionary(static law => law.Label, static law => law.Statement),
            [.. Mutants(laws.Where(law => law.Subject == module.Class).Select(static law => law.Label))],
            [.. ClaimBook.All.Select(static claim => claim.Name).Where(claim => names.Any(name => claim.StartsWith($"{name}/", StringComparison.Ordinal)))],
            status.Tests,
            status.Certificate);
    }

    private static (string Cases, string Tests, string Certificate) Status(ExplainedModule module, string[] names)
    {
        var rows = Tables.Rows(EmbeddedText.Read("README.md")).Where(row => row.Header is ["construct" or "operation", "facts", ..]).ToArray();
        bool IsOf((string[] Header, string[] Cells) row, string cell) => Array.Exists(row.Cells, other => other.Contains($"`{cell}`", StringComparison.Ordinal));
        var mine = rows.FirstOrDefault(row => row.Cells[1].Split(", ").Contains(module.Label) && IsOf(row, module.Class));
        mine = mine.Cells is null ? rows.FirstOrDefault(row => row.Cells[1].Split(", ").Contains(module.Label)) : mine;
        if (mine.Cells is null)
        {
            return (string.Empty, string.Empty, string.Empty);
        }

        string Cell(string header) => Array.IndexOf(mine.Header, header) is >= 0 and var index ? Tables.Plain(mine.Cells[index]) : string.Empty;
        return (Cell("cases"), Cell("checks"), Cell("certificate"));
    }

    /// <summary>Those that laws about the module are the first to see; what comes later in a whole model, later laws see too.</summary>
    private static IEnumerable<string> Mutants(IEnumerable<string> laws)
    {
        var labels = laws.ToHashSet();
        return Tables.Rows(EmbeddedText.Read("verification/mutants.md"))
            .Where(row => row.Header is ["mutant", _, _, "laws", ..] && labels.Contains(row.Cells[3].Split(' ')[0]))
            .Select(static row => Tables.Plain(row.Cells[0]));
    }
}
