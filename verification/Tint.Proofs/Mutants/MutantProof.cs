using Tint.Proofs.Claims;
using Tint.Proofs.Proving;
using Tint.Properties.Implementations;
using Tint.Properties.Mutants;
using Tint.Properties.Mutants.Table;

namespace Tint.Proofs.Mutants;

/// <summary>Whether deliberate faults change the polynomials that claims are about.</summary>
public static class MutantProof
{
    private const int Seed = 1;

    /// <summary>So small is the probability with which a claim that a mutant breaks is taken for one that it keeps.</summary>
    private const double Bits = 10;

    /// <summary>
    /// A claim that an implementation breaks, the first with other residues, or else the first that it has no residues for; null where it keeps all, which are those of
    /// modules and whole models.
    /// </summary>
    public static Kill? FirstRefuted(ITint implementation)
    {
        var (prover, without) = (new Prover(implementation, Seed), (Kill?)null);
        foreach (var claim in ClaimBook.All.Where(claim => claim.IsOfImplementation))
        {
            if (prover.Prove(claim, Bits).Refutation is { } refutation)
            {
                var kill = new Kill(claim.Name, refutation.Finding);
                if (refutation.HasResidues)
                {
                    return kill;
                }

                without ??= kill;
            }
        }

        return without;
    }

    /// <summary>The first claim that a mutant of a correct implementation breaks.</summary>
    public static Kill? FirstRefuted(Mutant mutant, ITintModules correct)
    {
        ArgumentNullException.ThrowIfNull(mutant);
        return FirstRefuted(mutant.Apply(correct));
    }
}
