using System.Text.Json;

namespace Tint.Proofs.Proving;

/// <summary>The JSON that <c>tint prove --json</c> writes.</summary>
public sealed record ProofDocument
{
    /// <summary>Whether every claim is proven.</summary>
    public required bool Proven { get; init; }

    /// <summary>The seed.</summary>
    public required int Seed { get; init; }

    /// <summary>A fault is missed with a probability below 2^−bits.</summary>
    public required int Bits { get; init; }

    /// <summary>What multiplied limbs.</summary>
    public required string Provider { get; init; }

    /// <summary>The claims.</summary>
    public required IReadOnlyList<Proof> Claims { get; init; }

    /// <summary>The document of a run.</summary>
    public static ProofDocument Of(ProofRun run, IReadOnlyList<Proof> proofs, string provider)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new ProofDocument { Proven = proofs.All(proof => proof.Holds), Seed = run.Seed, Bits = run.Bits, Provider = provider, Claims = proofs };
    }

    /// <summary>Writes the document as UTF-8 JSON with names in snake_case.</summary>
    public void WriteTo(Stream stream) => JsonSerializer.Serialize(stream, this, ProofJson.Default.ProofDocument);
}
