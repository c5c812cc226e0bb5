namespace Tint.Reference.Architecture;

/// <summary>Two branches multiplied: y = left(x)∘right(x), as in a gated MLP.</summary>
/// <param name="Place">The product's name.</param>
/// <param name="Left">The first branch.</param>
/// <param name="Right">The second branch.</param>
public sealed record Product(Place Place, Branch Left, Branch Right) : Node;
