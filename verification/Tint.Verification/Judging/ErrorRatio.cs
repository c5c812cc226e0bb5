namespace Tint.Verification.Judging;

/// <summary>The one dimensionless number that a comparison comes down to.</summary>
public static class ErrorRatio
{
    /// <summary>error/bound, which is at most 1 where the bound holds: 0 for 0/0, and infinite where a bound of 0 is broken.</summary>
    public static double Of(double error, double bound) => error == 0 ? 0 : error / bound;
}
