namespace Tint.Verification.Curves;

/// <summary>The error of a finite-difference module against N in one arithmetic: falling as 1/N by Taylor's formula, then rising as N by rounding.</summary>
/// <param name="Name">The arithmetic, as in "float64" or "float64, gates as published".</param>
/// <param name="Measured">The module's error, run at each N.</param>
/// <param name="Predicted">Truncation and rounding certificates added up, at each N; empty where no certificate is drawn.</param>
/// <param name="PredictedOptimum">The N at which the certificates add up to least; null without them.</param>
internal sealed record ScaleCurve(
    string Name, IReadOnlyList<CurvePoint> Measured, IReadOnlyList<CurvePoint> Predicted, double? PredictedOptimum)
{
    /// <summary>The N at which the measured error is least.</summary>
    public double MeasuredOptimum => Measured.MinBy(point => point.Error)!.Scale;
}
