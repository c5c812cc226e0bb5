using Tint.Properties.Implementations;

namespace Tint.Properties.Mutants;

/// <summary>A deliberate fault: a correct implementation with one thing wrong, which the checks must find.</summary>
public sealed record Mutant
{
    /// <summary>Where the fault is and what it is called, as in "linear.update-sign".</summary>
    public required string Name { get; init; }

    /// <summary>What the mutant computes instead, in one sentence.</summary>
    public required string Fault { get; init; }

    /// <summary>The mistake by which an implementation comes to it, in a few words.</summary>
    public required string Models { get; init; }

    /// <summary>Makes the faulty implementation from correct modules.</summary>
    public required Func<ITintModules, ITint> Apply { get; init; }

    /// <summary>Why no fixture case can see the fault; null where one must.</summary>
    public string? UnseenByFixtures { get; init; }

    /// <summary>Why no law can see the fault; null where one must.</summary>
    public string? UnseenByLaws { get; init; }

    /// <summary>Why no proof by polynomial identity can refute it; null where one must.</summary>
    public string? UnseenByProof { get; init; }
}
