namespace Tint.Reference.Architecture;

/// <summary>
/// A body whose inner width is cut into parts that a TinT can hold: y = Σ_c body_c(x), where the layers that widen the signal give part c of their
/// outputs, and those that narrow it read part c of their inputs. A reading that holds any width takes all of it at once.
/// </summary>
/// <remarks>Source: C23.</remarks>
/// <param name="Count">C, the parts.</param>
/// <param name="Body">The nodes, one after the other.</param>
public sealed record Chunks(int Count, params IReadOnlyList<Node> Body) : Node;
