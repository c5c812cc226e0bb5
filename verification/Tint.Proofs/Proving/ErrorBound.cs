using Tint.Proofs.Degrees;

namespace Tint.Proofs.Proving;

/// <summary>How probable it is that a draw agrees although the sides of a claim differ.</summary>
/// <remarks>
/// Take an entry whose two sides differ for some functions, and read each side as a polynomial over ℤ[½] in weights, signals and function values. It is missed if (a) p divides a
/// coefficient that shows a difference, (b) two different arguments of functions fall together, so that values agree which need not, or (c) the difference, not the zero
/// polynomial, vanishes at the point drawn: at most degree/p (Schwartz 1980, Zippel 1979). A function that is applied A times has A(A − 1)/2 pairs of arguments, each with (a)
/// and (c) of its own, so that all in all δ + Σ A(A − 1)/2·δ′ degrees count, δ that of what is compared and δ′ that of arguments.
/// Per degree: (c) is 1/p &lt; 2⁻³⁴. For (a), coefficients are whole numbers after a power of two is taken out, and a degree adds fewer than 32 bits (sums of up to 2⁷ terms, ρ³, N, η,
/// 1/D), hence less than one prime above 2³⁴; there are more than 2²⁹ primes between 2³⁴ and 2³⁵. That divisors and Σe are not zero is a condition of probability above ½,
/// which doubles both. 2·(2⁻³⁴ + 2⁻²⁹) &lt; 2⁻²⁷.
/// </remarks>
internal static class ErrorBound
{
    private const double LogPerDegree = -27;

    /// <summary>log₂ of the bound for one draw; 0 or more says nothing.</summary>
    /// <param name="degrees">δ and δ′.</param>
    /// <param name="applications">A of every function, on both sides together.</param>
    public static double LogMissed(DegreeCount degrees, IEnumerable<long> applications) =>
        Math.Log2(degrees.Output.Value + (applications.Sum(static count => 0.5 * count * (count - 1)) * degrees.Argument.Value)) + LogPerDegree;
}
