using System.Globalization;
using Tint.Reference;

namespace Tint.Properties.Campaigns;

/// <summary>Joins the documents of a campaign's shards: the result is what one run of all of it would have written.</summary>
public static class CampaignMerge
{
    /// <summary>The document of the whole campaign.</summary>
    /// <param name="parts">The shards' documents with the names of their files.</param>
    /// <exception cref="RuleViolationException">
    /// There are none, they are of different campaigns or versions, or a shard is missing, there twice, or not all there.
    /// </exception>
    public static CampaignDocument Join(IReadOnlyList<(string Name, CampaignDocument Document)> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0)
        {
            throw new RuleViolationException("there must be parts to join", "none", "name the JSON files of all shards");
        }

        var (firstName, first) = parts[0];
        foreach (var (name, document) in parts)
        {
            Same(document.Version, first.Version, "version");
            Same(document.Implementation, first.Implementation, "implementation");
            Same(document.Provider, first.Provider, "provider");
            Same($"{document.Seed}", $"{first.Seed}", "seed");
            Same($"{document.CasesPerLaw}", $"{first.CasesPerLaw}", "cases a law");
            Same($"{Shard.Parse(document.Shard).Count}", $"{Shard.Parse(first.Shard).Count}", "number of shards");
            Same(Laws(document), Laws(first), "laws");

            void Same(string? own, string? expected, string what)
            {
                if (own != expected)
                {
                    throw new RuleViolationException(
                        $"parts must be of one campaign: the same {what}", $"'{own}' in {name} and '{expected}' in {firstName}", "join the shards of one run of one build");
                }
            }
        }

        CheckShards(parts, Shard.Parse(first.Shard).Count);
        LawRow[] laws = [.. first.Laws.Select((law, index) => Join([.. parts.Select(part => part.Document.Laws[index])]))];
        int Count(LawOutcome outcome) => laws.Count(law => law.Outcome == outcome);
        return first with
        {
            Shard = "1/1",
            Cases = laws.Sum(law => (long)law.Cases),
            Outcome = Count(LawOutcome.Broken) > 0 ? LawOutcome.Broken : Count(LawOutcome.Held) > 0 ? LawOutcome.Held : LawOutcome.NotTried,
            Held = Count(LawOutcome.Held),
            Broken = Count(LawOutcome.Broken),
            NotTried = Count(LawOutcome.NotTried),
            Laws = laws,
        };
    }

    private static string Laws(CampaignDocument document) => string.Join(", ", document.Laws.Select(law => law.Label));

    private static void CheckShards(IReadOnlyList<(string Name, CampaignDocument Document)> parts, int count)
    {
        var names = new Dictionary<int, string>();
        foreach (var (name, document) in parts)
        {
            var shard = Shard.Parse(document.Shard);
            if (!names.TryAdd(shard.Index, name))
            {
                throw new RuleViolationException("parts must not overlap", $"shard {document.Shard} in {names[shard.Index]} and in {name}", "name each shard once");
            }

            var expected = (long)shard.Indices(document.CasesPerLaw).Count() * document.Laws.Count;
            if (document.Cases != expected)
            {
                throw new RuleViolationException(
                    "a part must hold all cases of its shard", $"{document.Cases} of {expected} in {name}", "run the shard to its end, without --case");
            }
        }

        int[] missing = [.. Enumerable.Range(1, count).Where(index => !names.ContainsKey(index))];
        if (missing.Length > 0)
        {
            throw new RuleViolationException(
                "parts must leave no gap",
                $"no shard {string.Join(", ", missing.Take(5).Select(index => string.Create(CultureInfo.InvariantCulture, $"{index}/{count}")))}{(missing.Length > 5 ? " …" : string.Empty)}",
                "run what is missing and name its file too");
        }
    }

    /// <summary>Ties go to the lower index, as in a run.</summary>
    private static LawRow Join(IReadOnlyList<LawRow> rows)
    {
        var worst = rows.Where(row => row.WorstCase is not null).OrderByDescending(row => row.WorstRatio).ThenBy(row => row.WorstCase).FirstOrDefault();
        var (applied, failures) = (rows.Sum(row => row.Applied), rows.Sum(row => row.Failures));
        return rows[0] with
        {
            Cases = rows.Sum(row => row.Cases),
            Applied = applied,
            Failures = failures,
            Outcome = failures > 0 ? LawOutcome.Broken : applied > 0 ? LawOutcome.Held : LawOutcome.NotTried,
            WorstRatio = worst?.WorstRatio ?? rows[0].WorstRatio,
            WorstCase = worst?.WorstCase,
            Failure = rows.Select(row => row.Failure).OfType<LawRow.FirstFailure>().MinBy(failure => failure.Index),
        };
    }
}
