namespace Tint.Explaining.Walking;

/// <summary>A slot of a position that holds something.</summary>
/// <param name="Slot">Its number.</param>
/// <param name="Name">The quantity whose numbers it holds, as compared; null where none of those that the module is about does.</param>
/// <param name="Values">Its D coordinates.</param>
public sealed record StateSlot(int Slot, string? Name, IReadOnlyList<double> Values);
