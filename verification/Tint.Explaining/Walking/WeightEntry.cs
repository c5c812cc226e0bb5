namespace Tint.Explaining.Walking;

/// <summary>An entry of a weight matrix that is not zero.</summary>
/// <param name="To">The row: the coordinate that is written.</param>
/// <param name="From">The column: the coordinate that is read.</param>
/// <param name="Weight">The entry.</param>
public sealed record WeightEntry(int To, int From, double Weight);
