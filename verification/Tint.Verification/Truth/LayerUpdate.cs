namespace Tint.Verification.Truth;

/// <summary>
/// A layer's simulated update against the true one: all of the layer's parameters that plain SGD trains as one vector, over all sequences of
/// the case, queries and keys included, which TinT leaves alone.
/// </summary>
/// <param name="Layer">The layer, counted from 0 at the bottom; null for the final norm.</param>
/// <param name="Cosine">The cosine of the angle between the two updates; null where one of them is zero.</param>
/// <param name="Relative">‖simulated − true‖/‖true‖; null where the true update is zero.</param>
public sealed record LayerUpdate(int? Layer, double? Cosine, double? Relative);
