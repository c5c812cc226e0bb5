using System.Collections.Concurrent;
using Tint.Proofs.Claims;
using Tint.Properties.Implementations;

namespace Tint.Proofs.Proving;

/// <summary>Claims that are proven or refuted one after the other; the whole process computes in a prime field meanwhile.</summary>
public sealed class ProofRun
{
    /// <summary>A fault is missed with a probability below 2⁻¹⁰⁰.</summary>
    public const int DefaultBits = 100;

    private readonly IReadOnlyList<Claim> _claims;
    private readonly ConcurrentQueue<Proof> _known = [];

    /// <summary>A run that has not begun.</summary>
    /// <param name="filter">A pattern that names of claims match, * standing for any text and ? for one character; null for all claims.</param>
    /// <param name="seed">The seed of primes, entries and functions.</param>
    /// <param name="bits">A fault is missed with a probability below 2^−bits.</param>
    /// <exception cref="Reference.RuleViolationException">No claim matches.</exception>
    public ProofRun(string? filter = null, int seed = 1, int bits = DefaultBits) => (_claims, Seed, Bits) = (ClaimBook.Select(filter), seed, bits);

    /// <summary>The seed.</summary>
    public int Seed { get; }

    /// <summary>The bits.</summary>
    public int Bits { get; }

    /// <summary>How many claims there are.</summary>
    public int Count => _claims.Count;

    /// <summary>What is known while it runs.</summary>
    public IReadOnlyList<Proof> Known => [.. _known];

    /// <summary>Proves or refutes all claims about the construction.</summary>
    /// <param name="progress">Told each proof as soon as it is there.</param>
    /// <param name="cancellationToken">Cancels the run, between two draws.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public IReadOnlyList<Proof> Run(IProgress<Proof>? progress = null, CancellationToken cancellationToken = default)
    {
        var prover = new Prover(new ConstructionTint(), Seed);
        foreach (var claim in _claims)
        {
            var proof = prover.Prove(claim, Bits, cancellationToken);
            _known.Enqueue(proof);
            progress?.Report(proof);
        }

        return Known;
    }
}
