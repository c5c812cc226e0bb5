namespace Tint.Reference.Primitives;

/// <summary>Positions of one kind, prefixes or tokens, with their slots: the rows of a query, key or value.</summary>
/// <param name="ArePrefixes">Whether they are prefixes.</param>
/// <param name="Total">How many positions of that kind there are.</param>
/// <param name="Slots">The slots of the rows in play.</param>
/// <param name="Kept">Which of all positions the rows are; null for all of them.</param>
/// <param name="AreTwins">Whether they are the twins of those positions, whose position parts are the negatives.</param>
internal sealed record PositionRows(bool ArePrefixes, int Total, Slots Slots, IReadOnlyList<int>? Kept = null, bool AreTwins = false)
{
    public static PositionRows Prefixes(HiddenStates states) => new(true, states.Prefixes.RowCount, states.Prefixes, AreTwins: states.AreTwins);

    public static PositionRows Tokens(HiddenStates states) => new(false, states.Tokens.RowCount, states.Tokens, AreTwins: states.AreTwins);

    /// <summary>The twins of these rows.</summary>
    public PositionRows Twins() => this with { Slots = Slots.Negative(), AreTwins = !AreTwins };

    public PositionRows Keep(IReadOnlyList<int> kept) => this with { Slots = Slots.Rows(kept), Kept = kept };
}
