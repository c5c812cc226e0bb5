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
    public static double Error(double z, double g, double scale) => Error(z, g, scale, Stencil.Forward);

    /// <summary>
    /// As the other overload for the forward stencil. For the central one, (N/2)(σ(z + g/N) − σ(z − g/N)) − σ′(z)g = ±(N/2)(|g/N| − |z|) where |z| &lt; |g/N|,
    /// else 0: of g's sign where z ≤ 0, of the other where z &gt; 0, and at most |g|/2.
    /// </summary>
    /// <exception cref="RuleViolationException">An argument is not finite, or N is not positive.</exception>
    public static double Error(double z, double g, double scale, Stencil stencil)
    {
        ArgumentNullException.ThrowIfNull(stencil);
        Require.Finite(z, "z");
        var step = Require.Finite(g, "g") / Require.Positive(scale, "FiniteDifferenceScale");
        if (stencil.StartsAtPoint)
        {
            return (z > 0) != (z + step > 0) ? scale * Math.Abs(z + step) : 0;
        }

        var size = scale * stencil.Weight * Math.Max(Math.Abs(step) - Math.Abs(z), 0);
        return (z > 0) == (step > 0) ? -size : size;
    }

    /// <summary>An upper bound on |<see cref="Error(double, double, double, Stencil)"/>|, the rounding of z + g/N included.</summary>
    internal static double Bound(double z, double g, double scale, Stencil stencil)
    {
        Require.Finite(z, "z");
        Require.Finite(g, "g");
        var step = g / Require.Positive(scale, "FiniteDifferenceScale");
        var moved = z + step;
        var slack = FloatingPoint.Up(FloatingPoint.Binary64.Gamma(2) * (Math.Abs(moved) + Math.Abs(step)));
        if (!stencil.StartsAtPoint)
        {
            var reach = Math.Abs(step) - Math.Abs(z) + slack;
            return reach > 0 ? Math.Min(stencil.Weight * Math.Abs(g), FloatingPoint.Up(scale * stencil.Weight * reach)) : 0;
        }

        var flips = z > 0 ? moved - slack < 0 : moved + slack > 0;
        return flips ? Math.Min(Math.Abs(g), FloatingPoint.Up(scale * (Math.Abs(moved) + slack))) : 0;
    }
}
