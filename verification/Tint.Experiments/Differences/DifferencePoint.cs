namespace Tint.Experiments.Differences;

/// <summary>A setting and how each trained layer's update compares; no layers where it left the finite numbers.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Layers">The trained layers from the bottom, then the final norm.</param>
/// <param name="Problem">Why there are none; null otherwise.</param>
public sealed record DifferencePoint(DifferenceSetting Setting, IReadOnlyList<LayerDifference> Layers, string? Problem);
