namespace Tint.Properties.Mutants.Table;

/// <summary>What found out a mutant of one correct implementation.</summary>
/// <param name="Mutant">The mutant.</param>
/// <param name="Base">The name of the implementation that the fault was put into.</param>
/// <param name="Laws">The laws that it breaks.</param>
/// <param name="Fixtures">The fixture cases that it fails.</param>
public sealed record MutantVerdict(Mutant Mutant, string Base, IReadOnlyList<Kill> Laws, IReadOnlyList<Kill> Fixtures)
{
    /// <summary>The claim that the mutant breaks, as its proof by polynomial identity found; null where it breaks none, or none was tried.</summary>
    public Kill? Proof { get; init; }

    /// <summary>Whether a proof was tried.</summary>
    public bool IsProofTried { get; init; }

    /// <summary>
    /// Whether a law, a fixture case and, where one was tried, a proof found the mutant out, but for the kind of check that its definition says cannot
    /// see it, and which indeed must not.
    /// </summary>
    public bool IsAccountedFor =>
        Laws.Count > 0 == Mutant.UnseenByLaws is null && Fixtures.Count > 0 == Mutant.UnseenByFixtures is null && !IsProofAmiss;

    private bool IsProofAmiss => IsProofTried && Proof is null == Mutant.UnseenByProof is null;

    /// <summary>What is wrong with the verdict, in one line; null where the mutant is accounted for.</summary>
    public string? Complaint => IsAccountedFor ? null : $"{Mutant.Name} ({Base}): {string.Join("; ", Complaints())}";

    private IEnumerable<string> Complaints()
    {
        if (Laws.Count > 0 != Mutant.UnseenByLaws is null)
        {
            yield return Laws.Count == 0 ? "no law sees it" : $"{Laws[0].Check} sees it although none should: {Laws[0].Finding}";
        }

        if (Fixtures.Count > 0 != Mutant.UnseenByFixtures is null)
        {
            yield return Fixtures.Count == 0 ? "no fixture case sees it" : $"{Fixtures[0].Check} sees it although none should: {Fixtures[0].Finding}";
        }

        if (IsProofAmiss)
        {
            yield return Proof is null ? "no proof refutes it" : $"{Proof.Check} refutes it although none should: {Proof.Finding}";
        }
    }
}
