using System.Text.Json;

namespace Tint.Properties.Mutants.Table;

/// <summary>The JSON that <c>tint mutants --json</c> writes.</summary>
public sealed record KillTableDocument
{
    /// <summary>Whether every mutant is accounted for, and correct implementations pass.</summary>
    public required bool Complete { get; init; }

    /// <summary>What is wrong, a line each.</summary>
    public required IReadOnlyList<string> Complaints { get; init; }

    /// <summary>The number of random cases on which each law was tried.</summary>
    public required int LawCases { get; init; }

    /// <summary>The laws whose condition none of the cases met, so that they said nothing.</summary>
    public required IReadOnlyList<string> LawsNotTried { get; init; }

    /// <summary>How many mutants there are; <see cref="Mutants"/> are those that were asked for.</summary>
    public required int MutantsInCatalogue { get; init; }

    /// <summary>What matrix products ran on.</summary>
    public string? Provider { get; init; }

    /// <summary>A row for every mutant of every correct implementation.</summary>
    public required IReadOnlyList<Row> Mutants { get; init; }

    /// <summary>The document of a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="provider">What matrix products ran on.</param>
    public static KillTableDocument Of(KillTable table, string? provider = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        return new KillTableDocument
        {
            Complete = table.IsComplete,
            Complaints = table.Complaints,
            LawCases = table.CaseCount,
            LawsNotTried = [.. table.NotTried.Select(law => law.Label)],
            MutantsInCatalogue = MutantCatalogue.All.Count,
            Provider = provider,
            Mutants =
            [
                .. table.Verdicts.Select(verdict => new Row
                {
                    Name = verdict.Mutant.Name,
                    Base = verdict.Base,
                    Fault = verdict.Mutant.Fault,
                    Models = verdict.Mutant.Models,
                    Laws = verdict.Laws,
                    UnseenByLaws = verdict.Mutant.UnseenByLaws,
                    Fixtures = verdict.Fixtures,
                    UnseenByFixtures = verdict.Mutant.UnseenByFixtures,
                    Proof = verdict.Proof,
                    UnseenByProof = verdict.Mutant.UnseenByProof,
                }),
            ],
        };
    }

    /// <summary>Writes the document as UTF-8 JSON with names in snake_case.</summary>
    public void WriteTo(Stream stream) => JsonSerializer.Serialize(stream, this, KillTableJson.Default.KillTableDocument);

    /// <summary>A mutant of one correct implementation.</summary>
    public sealed record Row
    {
        /// <summary>The mutant's name.</summary>
        public required string Name { get; init; }

        /// <summary>The implementation that the fault was put into.</summary>
        public required string Base { get; init; }

        /// <summary>What the mutant computes instead.</summary>
        public required string Fault { get; init; }

        /// <summary>The mistake by which one comes to it.</summary>
        public required string Models { get; init; }

        /// <summary>The laws that it breaks.</summary>
        public required IReadOnlyList<Kill> Laws { get; init; }

        /// <summary>Why no law can see it, or null.</summary>
        public required string? UnseenByLaws { get; init; }

        /// <summary>The fixture cases that it fails.</summary>
        public required IReadOnlyList<Kill> Fixtures { get; init; }

        /// <summary>Why no fixture case can see it, or null.</summary>
        public required string? UnseenByFixtures { get; init; }

        /// <summary>The claim that it breaks, or null.</summary>
        public Kill? Proof { get; init; }

        /// <summary>Why no proof can refute it, or null.</summary>
        public string? UnseenByProof { get; init; }
    }
}
