namespace Tint.Reference.Architecture;

/// <summary>Nodes one after the other, as one of several that read the same input.</summary>
/// <param name="Nodes">The nodes.</param>
public sealed record Branch(params IReadOnlyList<Node> Nodes);
