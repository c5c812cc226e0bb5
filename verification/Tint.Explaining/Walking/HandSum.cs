using Tint.Explaining.Layers;

namespace Tint.Explaining.Walking;

/// <summary>One number of an attention layer's output, followed by hand.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Slot">In which slot.</param>
/// <param name="Coordinate">At which coordinate of the slot.</param>
/// <param name="Total">The number.</param>
/// <param name="Contributions">What adds up to it.</param>
public sealed record HandSum(string Position, int Slot, int Coordinate, double Total, IReadOnlyList<Contribution> Contributions)
{
    /// <summary>With twins: what linear attention would have added up, Σ score·value; else null.</summary>
    public double? Linear { get; init; }
}
