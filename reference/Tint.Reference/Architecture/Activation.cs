using Tint.Reference.Configuration;

namespace Tint.Reference.Architecture;

/// <summary>An activation, y = σ(z) in every coordinate.</summary>
/// <param name="Place">Its name.</param>
/// <param name="Kind">σ.</param>
public sealed record Activation(Place Place, ActivationKind Kind) : Leaf(Place);
