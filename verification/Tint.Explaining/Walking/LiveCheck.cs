namespace Tint.Explaining.Walking;

/// <summary>Two computations of the same numbers.</summary>
/// <param name="What">Of what.</param>
/// <param name="Sides">Which two.</param>
/// <param name="Covers">What may lie between them.</param>
/// <param name="Error">How far they are apart, where error/bound is largest.</param>
/// <param name="Bound">How far they may be.</param>
/// <param name="Ratio">error/bound, at most 1 where it holds; null where it is no number.</param>
public sealed record LiveCheck(string What, string Sides, string Covers, double Error, double Bound, double? Ratio);
