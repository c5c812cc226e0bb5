namespace Tint.Reference.Architecture;

/// <summary>A residual connection: y = x + body(x).</summary>
/// <param name="Body">The nodes beside it, one after the other.</param>
public sealed record Residual(params IReadOnlyList<Node> Body) : Node;
