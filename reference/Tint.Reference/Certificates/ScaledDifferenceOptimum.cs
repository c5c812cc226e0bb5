namespace Tint.Reference.Certificates;

/// <summary>The bottom of the U-curve of a scaled difference's error against N.</summary>
/// <param name="Scale">
/// N*, the scale with the least bound; +∞ where every z is 0 (rounding does not grow with N) and 0 where every g is 0 (there is no truncation).
/// </param>
/// <param name="Error">The bound there, on the sum of |error| over the entries.</param>
public sealed record ScaledDifferenceOptimum(double Scale, double Error);
