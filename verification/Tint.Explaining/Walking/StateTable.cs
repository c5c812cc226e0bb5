namespace Tint.Explaining.Walking;

/// <summary>States, [K + T × D_sim], slot by slot; what is zero is left out.</summary>
/// <param name="Name">What the layers call them.</param>
/// <param name="Title">What they are.</param>
/// <param name="Rows">The positions, prefixes first.</param>
public sealed record StateTable(string Name, string Title, IReadOnlyList<StateRow> Rows);
