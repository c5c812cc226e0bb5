namespace Tint.Reference.PrimeFields;

/// <summary>The integers modulo a prime p, 2³⁴ &lt; p &lt; 2³⁵, as float64 numbers: the residue nearest to 0, which is a whole number below 2³⁴.</summary>
/// <remarks>
/// A float64 that was computed without rounding is a dyadic rational m·2^−e, and m·(2^e)⁻¹ mod p is its image under the one ring homomorphism ℤ[½] → F_p. So a program that
/// adds, and multiplies by dyadic constants, in plain float64 computes in F_p as long as nothing rounds; products of two unknowns are reduced where they are formed.
/// Between two reductions a number may gather fifteen binary places and three leading ones: 34 + 15 + 3 = 52 bits, which float64 holds.
/// </remarks>
public sealed class PrimeField
{
    /// <summary>The binary places that an unreduced number may have.</summary>
    internal const int Places = 15;

    private const int LimbBits = 18;
    private const double Scale = 1 << Places;
    private const double LargestScaled = 1L << 52;

    private readonly long _prime;
    private readonly double _half;
    private readonly long _inverseScale;

    /// <summary>The field of a prime.</summary>
    /// <exception cref="RuleViolationException">It is not prime, or not between 2³⁴ and 2³⁵.</exception>
    public PrimeField(long prime)
    {
        if (prime is <= 1L << 34 or >= 1L << 35 || !PrimeNumbers.IsPrime(prime))
        {
            throw new RuleViolationException("the modulus must be a prime between 2^34 and 2^35", $"{prime}", "use 17179869209, the least one");
        }

        (_prime, _half) = (prime, prime / 2);
        _inverseScale = (long)Residue(Power(1L << Places, prime - 2));
    }

    /// <summary>p.</summary>
    public long Prime => _prime;

    /// <summary>The residue of a dyadic rational.</summary>
    /// <exception cref="NotInFieldException">The number is no multiple of 2⁻¹⁵, or so large that it may have been rounded.</exception>
    public double Of(double value)
    {
        if (Math.Abs(value) <= _half && double.IsInteger(value))
        {
            return value;
        }

        var scaled = value * Scale;
        return Math.Abs(scaled) <= LargestScaled && double.IsInteger(scaled)
            ? Residue(Product((long)scaled % _prime, _inverseScale))
            : throw new NotInFieldException(value);
    }

    /// <summary>The residue of a constant that may be one rounding off: the multiple of 2⁻¹⁵ within a few units in the last place, 1/√4 for one.</summary>
    /// <exception cref="NotInFieldException">There is none.</exception>
    public double OfConstant(double value)
    {
        var nearest = Math.Round(value * Scale) / Scale;
        return Math.Abs(value - nearest) <= Math.Abs(value) * 8 * Math.Pow(2, -53) ? Of(nearest) : throw new NotInFieldException(value);
    }

    /// <summary>a + b, of residues.</summary>
    public double Add(double a, double b) => Residue((long)a + (long)b);

    /// <summary>a·b, of residues.</summary>
    public double Multiply(double a, double b) => Residue(Product((long)a, (long)b));

    /// <summary>1/a, of a residue.</summary>
    /// <exception cref="ZeroDivisorException">a is 0.</exception>
    public double Inverse(double a) => a == 0 ? throw new ZeroDivisorException() : Residue(Power((long)a, _prime - 2));

    /// <summary>The residue nearest to 0 of any whole number.</summary>
    internal double Residue(long value)
    {
        var remainder = value % _prime;
        return remainder > (long)_half ? remainder - _prime : remainder < -(long)_half ? remainder + _prime : remainder;
    }

    /// <summary>The residue nearest to 0 of any whole number.</summary>
    internal double Residue(UInt128 value) => Residue((long)(value % (UInt128)_prime));

    /// <summary>The residue of hh·2³⁶ + hl·2¹⁸ + ll, for whole numbers below 2⁵² that are products of limbs.</summary>
    internal double Joined(double hh, double hl, double ll) =>
        Residue((((((long)hh % _prime) << LimbBits) + ((long)hl % _prime)) % _prime << LimbBits) + ((long)ll % _prime));

    /// <summary>Cuts a residue into high·2¹⁸ + low, both below 2¹⁷ in magnitude.</summary>
    internal static (double High, double Low) Limbs(double residue)
    {
        var high = Math.Round(residue / (1 << LimbBits));
        return (high, residue - (high * (1 << LimbBits)));
    }

    private long Product(long a, long b) => (long)(((Int128)a * b) % _prime);

    private long Power(long value, long exponent)
    {
        long power = 1;
        for (; exponent > 0; exponent >>= 1)
        {
            power = (exponent & 1) == 1 ? Product(power, value) : power;
            value = Product(value, value);
        }

        return power;
    }
}
