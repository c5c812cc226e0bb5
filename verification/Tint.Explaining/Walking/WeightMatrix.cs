namespace Tint.Explaining.Walking;

/// <summary>A linear map of a layer: the entries that are not zero, and what it gets of positions.</summary>
/// <param name="Name">"query", "key", "value", "output" or "map".</param>
/// <param name="HeadSize">The coordinates of a head.</param>
/// <param name="Entries">The entries, row by row.</param>
/// <param name="Positions">What heads get of positions, by head: "e_k", the one-hot of the prefix, "e_0", the address of prefix 0, or a number; empty where none does.</param>
public sealed record WeightMatrix(
    string Name, int HeadSize, IReadOnlyList<WeightEntry> Entries, IReadOnlyDictionary<int, string> Positions)
{
    /// <summary>Whose slots are read, or, by an output, written: "prefix", "token", "other token" or "every position".</summary>
    public string Whose { get; init; } = "every position";

    /// <summary>What those slots hold by name, slot by slot; null where one is empty, and empty text where it has no name.</summary>
    public IReadOnlyList<string?> Slots { get; init; } = [];

    /// <summary>Of a map: what the slots that it writes hold.</summary>
    public IReadOnlyList<string?> Written { get; init; } = [];
}
