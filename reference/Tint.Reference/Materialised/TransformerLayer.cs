namespace Tint.Reference.Materialised;

/// <summary>
/// One layer of the transformer that a TinT is, in words that any transformer has: attention, a mixing of heads, a linear map inside heads, a
/// normalisation, an activation, a gate, a residual connection. It reads hidden states [K + T × D_sim] and gives others.
/// </summary>
/// <remarks>Source: C15, C24.</remarks>
/// <param name="Kind">What it does.</param>
/// <param name="Inputs">The states that it reads, by name.</param>
/// <param name="Output">The name of the states that it gives.</param>
public sealed record TransformerLayer(string Kind, IReadOnlyList<string> Inputs, string Output)
{
    /// <summary>The weight tensors that it reads, or the beginnings of their names; within a module behind that module's own name.</summary>
    public IReadOnlyList<string> Weights { get; init; } = [];

    /// <summary>What else it needs: texts, whole numbers, numbers, and true or false.</summary>
    public IReadOnlyList<KeyValuePair<string, object>> Settings { get; init; } = [];
}
