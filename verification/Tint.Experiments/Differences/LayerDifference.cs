namespace Tint.Experiments.Differences;

/// <summary>A layer's simulated update against the true one, over all windows as one vector; queries and keys included, which only a faithful TinT trains.</summary>
/// <param name="Layer">The layer from 0 at the bottom; null for the final norm.</param>
/// <param name="Cosine">The cosine of the angle between both; null where one is zero.</param>
/// <param name="Relative">‖simulated − true‖/‖true‖; null where the true one is zero.</param>
/// <param name="SimulatedNorm">‖simulated‖.</param>
/// <param name="TrueNorm">‖true‖.</param>
/// <param name="GradientError">‖simulated − true‖ of the first step's gradient, of the parameters that the certificate is about.</param>
/// <param name="Certificate">What that is proven not to exceed.</param>
public sealed record LayerDifference(
    int? Layer, double? Cosine, double? Relative, double SimulatedNorm, double TrueNorm, double? GradientError, double? Certificate);
