using MathNet.Numerics.LinearAlgebra;

namespace Tint.Oracle.Tracing;

/// <summary>A part of a step that is a sum.</summary>
/// <param name="What">What it is, as in "the bias".</param>
/// <param name="Value">Its numbers, in the shape of the step.</param>
internal sealed record StepPart(string What, Matrix<double> Value)
{
    /// <summary>How often it counts in the right sum: 0 for what an implementation may add by mistake.</summary>
    public double Usual { get; init; } = 1;

    /// <summary>How near to its usual number, or to 0, a fitted coefficient is that number: more than rounding where the parts are the step only approximately.</summary>
    public double Precision { get; init; } = 1e-6;

    /// <summary>How an implementation comes to count it otherwise; null where that is plain.</summary>
    public string? Hint { get; init; }
}
