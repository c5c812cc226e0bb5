using Tint.Proofs.Claims;
using Tint.Proofs.Proving;
using Tint.Reference;

namespace Tint.Proofs.Tests.Proving;

public sealed class ProofRunTests
{
    [Fact]
    public void Every_claim_is_proven_and_a_fault_is_missed_with_a_probability_below_2_to_the_minus_100()
    {
        var proofs = new ProofRun().Run();
        Assert.Equal(ClaimBook.All.Select(claim => claim.Name), proofs.Select(proof => proof.Claim));
        Assert.All(proofs, proof =>
        {
            Assert.True(proof.Holds, $"{proof.Claim}: {proof.Refutation?.Finding}");
            Assert.InRange(proof.LogMissed, double.NegativeInfinity, -100);
            Assert.Equal(proof.Primes.Count, proof.Primes.Distinct().Count());
            Assert.True(proof.Entries > 0);
        });
    }

    [Fact]
    public void The_same_seed_draws_the_same_primes_and_another_others()
    {
        static IReadOnlyList<long> Primes(int seed) => new ProofRun("LinearForward/published*", seed).Run().Single().Primes;
        Assert.Equal(Primes(3), Primes(3));
        Assert.Empty(Primes(3).Intersect(Primes(4)));
    }

    [Fact]
    public void More_bits_take_more_primes()
    {
        static Proof Proof(int bits) => new ProofRun("AttentionForward/published*", seed: 1, bits).Run().Single();
        var (few, many) = (Proof(20), Proof(200));
        Assert.InRange(few.LogMissed, -100, -20);
        Assert.InRange(many.LogMissed, -300, -200);
        Assert.Equal(few.Primes, many.Primes.Take(few.Primes.Count));
    }

    [Fact]
    public void A_pattern_that_matches_nothing_is_refused_with_the_name_of_a_claim()
    {
        var exception = Assert.Throws<RuleViolationException>(() => new ProofRun("nothing"));
        Assert.Contains("ActivationBackward/published switches", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_run_ends_between_two_draws()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var run = new ProofRun("Linear*");
        Assert.Throws<OperationCanceledException>(() => run.Run(cancellationToken: source.Token));
        Assert.Empty(run.Known);
    }
}
