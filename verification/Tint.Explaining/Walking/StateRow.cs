namespace Tint.Explaining.Walking;

/// <summary>What a position holds.</summary>
/// <param name="Position">As "prefix 0" or "token 1".</param>
/// <param name="Slots">Its slots that are not all zero.</param>
public sealed record StateRow(string Position, IReadOnlyList<StateSlot> Slots);
