using Tint.Reference.Configuration;

namespace Tint.Reference.Certificates;

/// <summary>The exact error of the scaled difference for σ(z) = max(z, 0) with σ′(0) = 0.</summary>
public static class ReluCertificate
{
    /// <summary>
    /// N(σ(z + g/N) − σ(z)) − σ′(z)g = N|z + g/N| where exactly one of z and z + g/N is positive, else 0. It is never negative and at most |g|.
    /// </summary>
    /// <remarks>
    /// z = 0 counts as not positive: with g &gt; 0 the whole g is error, with g ≤ 0 there is none. z + g/N = 0 gives 0 from either side.
    /// Evaluated in float64, so good to the rounding of z + g/N, that is N·u·(|z| + 3|g/N|).
    /// </remarks>
    /// <exception cref="RuleViolationException">An argument is not finite, or N is not positive.</exception>
    public static double Error(double z, double g, double scale)
    {
        Require.Finite(z, "z");
        Require.Finite(g, "g");
        var moved = z + (g / Require.Positive(scale, "FiniteDifferenceScale"));
        return (z > 0) != (moved > 0) ? scale * Math.Abs(moved) : 0;
    }

    /// <summary>An upper bound on <see cref="Error"/>, the rounding of z + g/N included.</summary>
    internal static double Bound(double z, double g, double scale)
    {
        Require.Finite(z, "z");
        Require.Finite(g, "g");
        var step = g / Require.Positive(scale, "FiniteDifferenceScale");
        var moved = z + step;
        var slack = FloatingPoint.Up(FloatingPoint.Binary64.Gamma(2) * (Math.Abs(moved) + Math.Abs(step)));
        var flips = z > 0 ? moved - slack < 0 : moved + slack > 0;
        return flips ? Math.Min(Math.Abs(g), FloatingPoint.Up(scale * (Math.Abs(moved) + slack))) : 0;
    }
}
