namespace Tint.Proofs.Proving;

/// <summary>What came of a claim: that a side of it is another polynomial, or that it is the same but for a probability.</summary>
public sealed record Proof
{
    /// <summary>The claim's name.</summary>
    public required string Claim { get; init; }

    /// <summary>Shape, switches and constants.</summary>
    public required string About { get; init; }

    /// <summary>The degree of what was compared, counted from above.</summary>
    public required int Degree { get; init; }

    /// <summary>The largest degree of an argument of an uninterpreted function; 0 where there is none.</summary>
    public required int ArgumentDegree { get; init; }

    /// <summary>How many numbers were compared in a draw.</summary>
    public required int Entries { get; init; }

    /// <summary>How often uninterpreted functions were applied, in the draw with most.</summary>
    public required long Applications { get; init; }

    /// <summary>The primes, one a draw.</summary>
    public required IReadOnlyList<long> Primes { get; init; }

    /// <summary>The draws that said nothing, since a divisor was zero.</summary>
    public required int Redrawn { get; init; }

    /// <summary>log₂ of a bound of the probability that all draws agree although the sides differ.</summary>
    public required double LogMissed { get; init; }

    /// <summary>Where the sides differ; null where they agree in every draw.</summary>
    public Refutation? Refutation { get; init; }

    /// <summary>Whether the sides agreed in every draw.</summary>
    public bool Holds => Refutation is null;
}
