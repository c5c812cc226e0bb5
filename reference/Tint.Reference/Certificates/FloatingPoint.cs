using Tint.Reference.Configuration;
using Tint.Reference.Rounding;

namespace Tint.Reference.Certificates;

/// <summary>
/// A binary floating-point format with rounding to nearest: fl(a ∘ b) = (a ∘ b)(1 + δ) + t, |δ| ≤ u, |t| ≤ the smallest subnormal, as long
/// as nothing overflows.
/// </summary>
/// <param name="Name">What the format is called.</param>
/// <param name="UnitRoundoff">u, half the distance from 1 to the next larger number.</param>
/// <param name="SmallestSubnormal">The smallest positive number; it bounds what one underflow can do.</param>
public sealed record FloatingPoint(string Name, double UnitRoundoff, double SmallestSubnormal)
{
    private const double Slack = 1.0 / (1L << 40);

    /// <summary>IEEE 754 binary32: u = 2^−24.</summary>
    public static FloatingPoint Binary32 { get; } = new("float32", RoundingModel.SingleRoundoff, float.Epsilon);

    /// <summary>IEEE 754 binary64: u = 2^−53.</summary>
    public static FloatingPoint Binary64 { get; } = new("float64", RoundingModel.DoubleRoundoff, double.Epsilon);

    /// <summary>
    /// γ_n = n u/(1 − n u), which bounds |∏ (1 + δ_i)^{±1} − 1| over n factors with |δ_i| ≤ u.
    /// </summary>
    /// <exception cref="RuleViolationException">n u ≥ 1/2: so long a chain of operations has no useful bound.</exception>
    public double Gamma(long operations)
    {
        var product = operations * UnitRoundoff;
        return product < 0.5
            ? product / (1 - product)
            : throw new RuleViolationException(
                $"a chain of operations in {Name} must be shorter than 1/(2u)", $"{operations}", "use a wider format or a shorter sum");
    }

    /// <summary>
    /// x(1 + 2^−40) + the smallest subnormal: an upper bound on a non-negative formula that was evaluated in float64 as x by at most
    /// 2^13 sums, products, quotients and square roots of non-negative numbers, each with relative error at most 2^−53.
    /// </summary>
    internal static double Up(double value) => (value * (1 + Slack)) + double.Epsilon;

    /// <summary>As <see cref="Up(double)"/>, for a formula with sums over <paramref name="terms"/> terms beside the 2^13 operations.</summary>
    /// <remarks>Each of the terms may underflow, by half the smallest subnormal.</remarks>
    internal static double Up(double value, long terms) =>
        Up(value * (1 + (2 * Binary64.Gamma(Require.AtLeast(terms, 1, "terms"))))) + (terms * double.Epsilon);

    /// <summary>What this many products, quotients and roots can lose by underflow.</summary>
    internal double Underflow(double operations) => operations * SmallestSubnormal;

    /// <summary>x(1 − 2^−40): the lower counterpart of <see cref="Up(double)"/>.</summary>
    internal static double Down(double value) => value * (1 - Slack);
}
