using Tint.Proofs.Degrees;
using Tint.Proofs.Drawing;
using Tint.Properties.Implementations;

namespace Tint.Proofs.Claims;

/// <summary>An identity between an implementation and the closed form, for all weights and signals of one shape, at one choice of switches, ρ, N and η.</summary>
internal sealed record Claim
{
    /// <summary>The claim's name, as in "LinearForward/gates of 3/4".</summary>
    public required string Name { get; init; }

    /// <summary>What it is about, in one line: shape, switches and constants.</summary>
    public required string About { get; init; }

    /// <summary>The degrees that its error probability follows from.</summary>
    public required DegreeCount Degrees { get; init; }

    /// <summary>What an implementation computes from a draw's entries.</summary>
    public required Func<ITint, Draw, IEnumerable<Part>> Left { get; init; }

    /// <summary>What the closed form computes from the same entries.</summary>
    public required Func<Draw, IEnumerable<Part>> Right { get; init; }

    /// <summary>Whether the left side depends on the implementation; else it is the construction of a plan, whichever implementation is asked about.</summary>
    public bool IsOfImplementation { get; init; } = true;
}
