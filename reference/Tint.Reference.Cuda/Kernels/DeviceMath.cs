using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>Elementary functions in full double precision that compile for a device, where the compiler offers none for float64.</summary>
internal static class DeviceMath
{
    /// <summary>Above it eˣ is beyond the largest double.</summary>
    private const double LargestExponent = 709.782712893384;

    /// <summary>Below it eˣ is less than half of the smallest double.</summary>
    private const double SmallestExponent = -745.1332191019412;

    private const double InverseLn2 = 1.4426950408889634;

    /// <summary>The upper 33 bits of ln 2, so that n·Ln2Upper is exact for |n| ≤ 2²⁰.</summary>
    private const double Ln2Upper = 0.6931471803691238;

    /// <summary>ln 2 − Ln2Upper.</summary>
    private const double Ln2Lower = 1.9082149292705877e-10;

    private const int ExponentBias = 1023;
    private const int MantissaBits = 52;

    /// <summary>eˣ, within one unit in the last place; 0 below the subnormal numbers, ∞ above the largest, NaN of NaN.</summary>
    /// <remarks>
    /// x = n ln 2 + r with |r| ≤ ½ ln 2, ln 2 in two parts so that r keeps its last bits. eʳ is Taylor's polynomial of degree 13, whose remainder
    /// is below r¹⁴/14! ≤ 4.2e-18. 2ⁿ is put together from its exponent bits, in two factors, since n reaches from −1075 to 1024 and results
    /// below the normal numbers are rounded once, by the last multiplication.
    /// </remarks>
    public static double Exp(double x)
    {
        if (!(x >= SmallestExponent))
        {
            return x < SmallestExponent ? 0 : x;
        }

        if (x > LargestExponent)
        {
            return double.PositiveInfinity;
        }

        var y = x * InverseLn2;
        var n = (int)(y + (y < 0 ? -0.5 : 0.5));
        var r = (x - (n * Ln2Upper)) - (n * Ln2Lower);
        var p = 1.0 / 6227020800;
        p = (p * r) + (1.0 / 479001600);
        p = (p * r) + (1.0 / 39916800);
        p = (p * r) + (1.0 / 3628800);
        p = (p * r) + (1.0 / 362880);
        p = (p * r) + (1.0 / 40320);
        p = (p * r) + (1.0 / 5040);
        p = (p * r) + (1.0 / 720);
        p = (p * r) + (1.0 / 120);
        p = (p * r) + (1.0 / 24);
        p = (p * r) + (1.0 / 6);
        p = (p * r) + 0.5;
        p = 1 + (r + (r * (p * r)));
        var half = n >> 1;
        return p * PowerOfTwo(half) * PowerOfTwo(n - half);
    }

    /// <summary>Φ(z) = ½ erfc(−z/√2), the standard normal distribution function, within 4·2⁻⁵³.</summary>
    public static double NormalDistribution(double z)
    {
        // A quotient: two constant factors in a row would be multiplied by the compiler, and the bits be others than on the host.
        var upper = 0.5 * ComplementaryError(Math.Abs(z) / 1.4142135623730951);
        return z < 0 ? upper : 1 - upper;
    }

    /// <summary>erfc(x) for x ≥ 0.</summary>
    /// <remarks>
    /// Below 1, 1 − erf(x) with the Taylor series of erf, 2/√π Σ (−1)ᵏ x²ᵏ⁺¹/(k!(2k + 1)), whose term 20 is below 1e-19. From 1 on the trapezoidal
    /// rule of step h for erfc(x) = (2x e^(−x²)/π) ∫₀^∞ e^(−t²)/(t² + x²) dt: (hx e^(−x²)/π)(1/x² + 2 Σₖ e^(−k²h²)/(k²h² + x²)), plus 2/(1 − e^(2πx/h)),
    /// the residue at t = ix that Poisson's summation leaves. With h = ½ what remains is e^(−π²/h²) = 7e-18 of the result, and 14 terms do.
    /// </remarks>
    private static double ComplementaryError(double x)
    {
        var square = x * x;
        if (x < 1)
        {
            var (power, sum) = (x, x);
            for (var k = 1; k <= 20; k++)
            {
                power *= -square / k;
                sum += power / ((2 * k) + 1);
            }

            return 1 - (1.1283791670955126 * sum);
        }

        var terms = 1 / square;
        for (var k = 1; k <= 14; k++)
        {
            var node = 0.25 * k * k;
            terms += 2 * Exp(-node) / (node + square);
        }

        return (0.15915494309189535 * x * Exp(-square) * terms) + (2 / (1 - Exp(12.566370614359172 * x)));
    }

    private static double PowerOfTwo(int exponent) => Interop.IntAsFloat((ulong)(exponent + ExponentBias) << MantissaBits);
}
