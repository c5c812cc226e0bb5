using System.Numerics;

namespace Tint.Reference.Tests.Certificates;

/// <summary>
/// Fixed-point numbers with 768 bits after the point: the yardstick for errors far below float64's rounding. Every operation is exact to
/// 2^−768 absolute, every double above 2^−715 in magnitude converts exactly.
/// </summary>
internal readonly record struct Fixed(BigInteger Bits) : IComparable<Fixed>
{
    private const int Places = 768;
    private static readonly BigInteger One = BigInteger.One << Places;

    public static Fixed Pi { get; } = 4 * ((4 * ArcTangentOfInverse(5)) - ArcTangentOfInverse(239));

    public static implicit operator Fixed(int value) => new(value * One);

    public static implicit operator Fixed(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7FF);
        var mantissa = (bits & 0xFFFFFFFFFFFFF) | (exponent == 0 ? 0 : 1L << 52);
        var shift = Math.Max(exponent, 1) - 1075 + Places;
        BigInteger magnitude = mantissa;
        magnitude = shift >= 0 ? magnitude << shift : magnitude >> -shift;
        return new(bits < 0 ? -magnitude : magnitude);
    }

    public static Fixed operator +(Fixed left, Fixed right) => new(left.Bits + right.Bits);

    public static Fixed operator -(Fixed left, Fixed right) => new(left.Bits - right.Bits);

    public static Fixed operator -(Fixed value) => new(-value.Bits);

    public static Fixed operator *(Fixed left, Fixed right) => new((left.Bits * right.Bits) >> Places);

    public static Fixed operator /(Fixed left, Fixed right) => new((left.Bits << Places) / right.Bits);

    public static bool operator <(Fixed left, Fixed right) => left.Bits < right.Bits;

    public static bool operator >(Fixed left, Fixed right) => left.Bits > right.Bits;

    public static bool operator <=(Fixed left, Fixed right) => left.Bits <= right.Bits;

    public static bool operator >=(Fixed left, Fixed right) => left.Bits >= right.Bits;

    public static Fixed Abs(Fixed value) => new(BigInteger.Abs(value.Bits));

    public static Fixed Sqrt(Fixed value)
    {
        if (value.Bits.IsZero)
        {
            return value;
        }

        var square = value.Bits << Places;
        var root = BigInteger.One << (int)((square.GetBitLength() / 2) + 1);
        while (true)
        {
            var next = (root + (square / root)) >> 1;
            if (next >= root)
            {
                return new(root);
            }

            root = next;
        }
    }

    /// <summary>e^x for x ≤ 0; below e^−350 it is 0.</summary>
    public static Fixed ExpOfNegative(Fixed value)
    {
        Assert.True(value.Bits.Sign <= 0);
        if (value < -350)
        {
            return 0;
        }

        const int halvings = 16;
        var part = new Fixed(value.Bits >> halvings);
        Fixed sum = 1;
        Fixed term = 1;
        for (var n = 1; !term.Bits.IsZero; n++)
        {
            term = new((term * part).Bits / n);
            sum += term;
        }

        for (var i = 0; i < halvings; i++)
        {
            sum *= sum;
        }

        return sum;
    }

    /// <summary>tanh x.</summary>
    public static Fixed Tanh(Fixed value)
    {
        var decay = ExpOfNegative(-2 * Abs(value));
        var tanh = (1 - decay) / (1 + decay);
        return value.Bits.Sign < 0 ? -tanh : tanh;
    }

    /// <summary>Φ(x) = 1/2 + φ(x)·Σ x^{2n+1}/(1·3·…·(2n+1)); beyond |x| = 20 it is 0 or 1 to 1e−88.</summary>
    public static Fixed NormalDistribution(Fixed value)
    {
        if (Abs(value) > 20)
        {
            return value.Bits.Sign < 0 ? 0 : 1;
        }

        var square = value * value;
        var term = value;
        var sum = value;
        for (var n = 3; !term.Bits.IsZero; n += 2)
        {
            term = new((term * square).Bits / n);
            term = term.Bits == BigInteger.MinusOne ? 0 : term;
            sum += term;
        }

        return new Fixed(One >> 1) + (NormalDensity(value) * sum);
    }

    /// <summary>φ(x) = e^{−x²/2}/√(2π).</summary>
    public static Fixed NormalDensity(Fixed value) => ExpOfNegative(-(value * value) / 2) / Sqrt(2 * Pi);

    public int CompareTo(Fixed other) => Bits.CompareTo(other.Bits);

    /// <summary>The double next to the value, good to 2^−52 relative.</summary>
    public double ToDouble()
    {
        var excess = (int)Math.Max(0, BigInteger.Abs(Bits).GetBitLength() - 64);
        return Math.ScaleB((double)(Bits >> excess), excess - Places);
    }

    private static Fixed ArcTangentOfInverse(int divisor)
    {
        Fixed power = (Fixed)1 / divisor;
        var sum = power;
        for (var n = 3; !power.Bits.IsZero; n += 2)
        {
            power = new(power.Bits / (-divisor * divisor));
            sum += new Fixed(power.Bits / n);
        }

        return sum;
    }
}
