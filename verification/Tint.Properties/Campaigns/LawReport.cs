using Tint.Properties.Laws;

namespace Tint.Properties.Campaigns;

/// <summary>How a law fared in a campaign.</summary>
/// <param name="Law">The law.</param>
/// <param name="Cases">How many cases were run.</param>
/// <param name="Applied">How many of them met the law's condition.</param>
/// <param name="Failures">How many broke it.</param>
/// <param name="WorstRatio">The largest error/bound of all cases.</param>
/// <param name="WorstCase">The index of the case with it; −1 where none applied.</param>
/// <param name="First">The failure with the lowest index; null without one.</param>
public sealed record LawReport(Law Law, int Cases, int Applied, int Failures, double WorstRatio, int WorstCase, LawFailure? First)
{
    /// <summary>What the implementation lacks, so that the law was not tried on it; null where it has all that the law needs.</summary>
    public string? Missing { get; init; }

    /// <summary>Whether the law was tried and no case broke it.</summary>
    public bool Holds => Outcome == LawOutcome.Held;

    /// <summary>What the cases say about the law.</summary>
    public LawOutcome Outcome => Failures > 0 ? LawOutcome.Broken : Applied > 0 ? LawOutcome.Held : LawOutcome.NotTried;
}
