using System.Globalization;
using System.Text;

namespace Tint.Properties.Mutants.Table;

/// <summary>Writes a kill table as a page of Markdown.</summary>
public static class KillTableMarkdown
{
    /// <summary>The page.</summary>
    public static string Render(KillTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var page = new StringBuilder();
        AppendHead(page, table);
        foreach (var rows in table.Verdicts.GroupBy(verdict => verdict.Mutant))
        {
            AppendRow(page, table, rows.Key, [.. rows]);
        }

        page.Append("\n## Laws\n\n| law | name | statement | kills |\n| --- | --- | --- | --- |\n");
        foreach (var law in table.Laws)
        {
            var kills = Count(table, verdict => verdict.Laws, law.Label);
            var cell = MutantCatalogue.LawsBeyondMutants.TryGetValue(law.Label, out var reason) ? $"{kills}: {reason}" : kills;
            AppendCells(page, law.Label, $"`{law.Name}`", law.Statement, cell);
        }

        page.Append("\n## Fixture cases\n\n| case | id | kills |\n| --- | --- | --- |\n");
        for (var i = 0; i < table.Fixtures.Count; i++)
        {
            AppendCells(page, FixtureLabel(i), $"`{table.Fixtures[i].Id}`", Count(table, verdict => verdict.Fixtures, table.Fixtures[i].Id));
        }

        return page.ToString();
    }

    private static void AppendHead(StringBuilder page, KillTable table)
    {
        var bases = table.Verdicts.Select(verdict => verdict.Base).Distinct().ToArray();
        var mutants = table.Verdicts.Select(verdict => verdict.Mutant).Distinct().Count();
        page.Append(string.Create(CultureInfo.InvariantCulture, $"""
            # Mutants

            {mutants} deliberate faults, each put into a correct implementation of TinT ({string.Join(" and ", bases)}), and the checks that see them:
            laws, each tried on {table.CaseCount} random cases, and fixture cases, which come from the published code. Correct implementations pass all
            of them. Laws are tried on mutants of {bases[0]}, and those that see one there on its twins; a check that does not see a fault everywhere is followed by
            the implementation in which it does.

            An implementation's functions know signals, memories and layers. In a fixture case they answer for the tokens' signal and memory slots, for the weight
            rows of the prefixes that a descent wrote and for prefix 0's bias; of whole models for logits, losses and the weights after one step.

            Proof: the first claim of `tint prove` that the mutant of every implementation breaks, that is a polynomial that it changes. "No value" says that it computes with
            a constant or a function that has no residue, and so is not that polynomial.

            Written by `tint mutants --markdown verification/mutants.md`.

            | mutant | what it computes | the mistake it models | laws | fixture cases | proof |
            | --- | --- | --- | --- | --- | --- |

            """).ReplaceLineEndings("\n"));
    }

    private static void AppendRow(StringBuilder page, KillTable table, Mutant mutant, IReadOnlyList<MutantVerdict> rows)
    {
        var fixtures = table.Fixtures.Select((fixtureCase, i) => (fixtureCase.Id, FixtureLabel(i)));
        AppendCells(
            page,
            $"`{mutant.Name}`",
            mutant.Fault,
            mutant.Models,
            Checks(rows, verdict => verdict.Laws, table.Laws.Select(law => (law.Label, law.Label)), mutant.UnseenByLaws),
            Checks(rows, verdict => verdict.Fixtures, fixtures, mutant.UnseenByFixtures),
            Proof(rows, mutant.UnseenByProof));
    }

    private static void AppendCells(StringBuilder page, params string[] cells) =>
        page.Append("| ").AppendJoin(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");

    private static string FixtureLabel(int index) => string.Create(CultureInfo.InvariantCulture, $"F{index + 1:00}");

    /// <summary>The labels of the checks that see a mutant; those that see it in some of the implementations only say in which.</summary>
    private static string Checks(
        IReadOnlyList<MutantVerdict> rows,
        Func<MutantVerdict, IReadOnlyList<Kill>> kills,
        IEnumerable<(string Check, string Label)> checks,
        string? unseen)
    {
        var cells = checks
            .Select(check => (check.Label, Bases: rows.Where(row => kills(row).Any(kill => kill.Check == check.Check)).Select(row => row.Base).ToArray()))
            .Where(check => check.Bases.Length > 0)
            .Select(check => check.Bases.Length == rows.Count ? check.Label : $"{check.Label} ({string.Join(", ", check.Bases)})")
            .ToArray();
        return cells.Length > 0 ? string.Join(" ", cells) : unseen is null ? "**none**" : $"none: {unseen}";
    }

    /// <summary>What a mutant's proofs came to, which is the same of every implementation, or is said of each.</summary>
    private static string Proof(IReadOnlyList<MutantVerdict> rows, string? unseen)
    {
        string Cell(MutantVerdict row) => !row.IsProofTried ? "not tried"
            : row.Proof is null ? unseen is null ? "**none**" : $"none: {unseen}"
            : row.Proof.Finding.StartsWith("no value", StringComparison.Ordinal) ? $"{row.Proof.Check} (no value)" : row.Proof.Check;
        var cells = rows.GroupBy(Cell).ToArray();
        return cells.Length == 1
            ? cells[0].Key
            : string.Join("; ", cells.Select(cell => $"{cell.Key} ({string.Join(", ", cell.Select(row => row.Base))})"));
    }

    private static string Count(KillTable table, Func<MutantVerdict, IReadOnlyList<Kill>> kills, string check) => table.Verdicts
        .Where(verdict => kills(verdict).Any(kill => kill.Check == check))
        .Select(verdict => verdict.Mutant)
        .Distinct()
        .Count()
        .ToString(CultureInfo.InvariantCulture);
}
