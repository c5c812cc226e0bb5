namespace Tint.Reference.Exact;

/// <summary>One directional derivative, by gradient and by central differences, with what the differences can tell.</summary>
/// <param name="Name">The block and direction that were checked.</param>
/// <param name="Analytic">⟨gradient, d⟩.</param>
/// <param name="Numeric">(f(x + h d) − f(x − h d))/(2h) at the chosen h.</param>
/// <param name="Step">h, the step with the least estimated error.</param>
/// <param name="Truncation">The estimated truncation error of <paramref name="Numeric"/>, about h²|f‴|/6 along d.</param>
/// <param name="Rounding">The estimated rounding error of both numbers: noise of f over h, and that of the inner product.</param>
public sealed record GradientCheckResult(
    string Name, double Analytic, double Numeric, double Step, double Truncation, double Rounding)
{
    /// <summary>|Analytic − Numeric|.</summary>
    public double Error => Math.Abs(Analytic - Numeric);

    /// <summary>The error that a right gradient would show at the best step, Truncation + Rounding.</summary>
    public double Estimate => Truncation + Rounding;

    /// <summary>The verdict's number, Error/Estimate; 0 where both are 0.</summary>
    public double Ratio => Error == 0 ? 0 : Error / Estimate;

    /// <summary>False where f turns faster than differences can follow, whatever they show.</summary>
    public bool Resolved { get; init; } = true;

    /// <summary>
    /// Whether the gradient agrees with the differences, where they can tell: where <see cref="Resolution"/> exceeds 1, a gradient of 0 would do
    /// as well as this one, and nothing is known. Differences without error, as those of a constant 0, can always tell.
    /// </summary>
    public GradientVerdict Verdict =>
        !Resolved || (Estimate != 0 && !(Resolution <= 1)) ? GradientVerdict.CannotTell
        : Ratio <= GradientCheck.LargestRatio ? GradientVerdict.Agrees
        : GradientVerdict.Disagrees;

    /// <summary>True if the differences can tell, and agree.</summary>
    public bool Passes => Verdict == GradientVerdict.Agrees;

    /// <summary>True if the differences can tell, and disagree; what they cannot tell neither passes nor fails.</summary>
    public bool Fails => Verdict == GradientVerdict.Disagrees;

    /// <summary>
    /// The least relative error of the gradient along d that this check would have seen, <see cref="GradientCheck.LargestRatio"/>·Estimate over
    /// the larger of the two derivatives; infinite where both are zero.
    /// </summary>
    public double Resolution => Math.Max(Math.Abs(Analytic), Math.Abs(Numeric)) is var size and > 0
        ? GradientCheck.LargestRatio * Estimate / size
        : double.PositiveInfinity;
}
