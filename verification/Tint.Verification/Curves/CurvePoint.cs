namespace Tint.Verification.Curves;

/// <summary>One point of a curve.</summary>
/// <param name="Scale">N, the finite-difference scale.</param>
/// <param name="Error">The relative error there: the sum of the errors' sizes over the sum of the true values' sizes.</param>
internal sealed record CurvePoint(double Scale, double Error);
