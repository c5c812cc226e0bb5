namespace Tint.Reference.Exact;

/// <summary>What central differences say about a gradient along one direction.</summary>
public enum GradientVerdict
{
    /// <summary>The differences can tell, and the gradient is within their error.</summary>
    Agrees,

    /// <summary>The differences can tell, and the gradient is outside their error.</summary>
    Disagrees,

    /// <summary>
    /// The error of the differences is as large as the derivative: f turns faster than differences can follow, is too noisy, or its derivative is
    /// 0 to rounding. It counts neither as agreement nor as disagreement.
    /// </summary>
    CannotTell,
}
