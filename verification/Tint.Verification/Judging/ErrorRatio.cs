namespace Tint.Verification.Judging;

/// <summary>The one dimensionless number that a comparison comes down to.</summary>
internal static class ErrorRatio
{
    /// <summary>
    /// error/bound, which is at most 1 where the bound holds: 0 for 0/0, infinite where a bound of 0 is broken, and NaN, which is not at most 1, where
    /// the bound or the error is no number.
    /// </summary>
    public static double Of(double error, double bound) => error == 0 && !double.IsNaN(bound) ? 0 : error / bound;
}
