using System.Globalization;

namespace Tint.Reference.Certificates;

/// <summary>
/// A closed interval [Lower, Upper] of reals with outward rounded arithmetic: the result of an operation contains every value that the
/// operation takes on the operands.
/// </summary>
/// <remarks>
/// +, −, ·, / are rounded to nearest by IEEE 754, so that stepping one float outward makes them bounds. <see cref="Exp"/> and
/// <see cref="Tanh"/> are built from these operations with a bounded Taylor remainder; nothing relies on the platform's libm.
/// </remarks>
public readonly record struct Interval
{
    private const int TaylorDegree = 13;

    /// <summary>|r| ≤ 0.36 gives |r|^14/14!·e^|r| ≤ 1.1e−17.</summary>
    private static readonly Interval TaylorRemainder = new(-2e-17, 2e-17);

    /// <summary>ln 2 lies between this float and the next.</summary>
    private static readonly Interval LogTwo = FromLower(0.6931471805599453);

    /// <summary>Creates [lower, upper].</summary>
    /// <exception cref="RuleViolationException">An end is NaN, or lower is above upper.</exception>
    public Interval(double lower, double upper)
    {
        if (!(lower <= upper))
        {
            throw new RuleViolationException(
                "an interval's lower end must not lie above its upper end",
                string.Create(CultureInfo.InvariantCulture, $"[{lower}, {upper}]"),
                "pass two ordered numbers that are not NaN");
        }

        Lower = lower;
        Upper = upper;
    }

    /// <summary>π lies between the float <see cref="Math.PI"/> and the next.</summary>
    public static Interval Pi { get; } = FromLower(Math.PI);

    /// <summary>The lower end.</summary>
    public double Lower { get; }

    /// <summary>The upper end.</summary>
    public double Upper { get; }

    /// <summary>max |x| over the interval.</summary>
    public double Magnitude => Math.Max(Math.Abs(Lower), Math.Abs(Upper));

    /// <summary>A float between the ends.</summary>
    public double Midpoint => (0.5 * Lower) + (0.5 * Upper);

    /// <summary>Upper − Lower, rounded.</summary>
    public double Width => Upper - Lower;

    /// <summary>[x, x].</summary>
    public static implicit operator Interval(double value) => FromDouble(value);

    /// <summary>{a + b}.</summary>
    public static Interval operator +(Interval left, Interval right) => Outward(left.Lower + right.Lower, left.Upper + right.Upper);

    /// <summary>{a − b}.</summary>
    public static Interval operator -(Interval left, Interval right) => Outward(left.Lower - right.Upper, left.Upper - right.Lower);

    /// <summary>{−a}.</summary>
    public static Interval operator -(Interval value) => new(-value.Upper, -value.Lower);

    /// <summary>{a · b}.</summary>
    public static Interval operator *(Interval left, Interval right)
    {
        var first = left.Lower * right.Lower;
        var second = left.Lower * right.Upper;
        var third = left.Upper * right.Lower;
        var fourth = left.Upper * right.Upper;
        return Outward(
            Math.Min(Math.Min(first, second), Math.Min(third, fourth)), Math.Max(Math.Max(first, second), Math.Max(third, fourth)));
    }

    /// <summary>{a / b}.</summary>
    /// <exception cref="RuleViolationException">The divisor contains 0.</exception>
    public static Interval operator /(Interval left, Interval right)
    {
        if (right.Contains(0))
        {
            throw new RuleViolationException("an interval divisor must not contain 0", right.ToString(), "split the interval at 0");
        }

        var first = left.Lower / right.Lower;
        var second = left.Lower / right.Upper;
        var third = left.Upper / right.Lower;
        var fourth = left.Upper / right.Upper;
        return Outward(
            Math.Min(Math.Min(first, second), Math.Min(third, fourth)), Math.Max(Math.Max(first, second), Math.Max(third, fourth)));
    }

    /// <summary>[x, x].</summary>
    public static Interval FromDouble(double value) => new(value, value);

    /// <summary>The smallest interval that holds both numbers, in either order.</summary>
    public static Interval Hull(double first, double second) => new(Math.Min(first, second), Math.Max(first, second));

    /// <summary>True if x lies in the interval.</summary>
    public bool Contains(double value) => Lower <= value && value <= Upper;

    /// <summary>{|a|}.</summary>
    public Interval Abs() => Contains(0) ? new(0, Magnitude) : new(Math.Min(Math.Abs(Lower), Math.Abs(Upper)), Magnitude);

    /// <summary>{a²}; unlike a·a it never dips below 0.</summary>
    public Interval Square()
    {
        var magnitude = Abs();
        return new(Math.Max(0, Math.BitDecrement(magnitude.Lower * magnitude.Lower)), Math.BitIncrement(magnitude.Upper * magnitude.Upper));
    }

    /// <summary>{√a} of a non-negative interval; IEEE 754 rounds the square root to nearest.</summary>
    public Interval Sqrt() => new(Math.Max(0, Math.BitDecrement(Math.Sqrt(Lower))), Math.BitIncrement(Math.Sqrt(Upper)));

    /// <summary>{e^a}.</summary>
    public Interval Exp() => new(ExpAt(Lower).Lower, ExpAt(Upper).Upper);

    /// <summary>{tanh a}, with tanh t = 1 − 2/(e^{2t} + 1).</summary>
    public Interval Tanh() => new(Math.Max(-1, TanhAt(Lower).Lower), Math.Min(1, TanhAt(Upper).Upper));

    /// <summary>{1 − tanh² a}, even and falling in |a|: 4d/(1 + d)² with d = e^{−2|a|}, which keeps its sign where 1 − tanh² would cancel.</summary>
    public Interval SechSquared()
    {
        var magnitude = Abs();
        return new(SechSquaredAt(magnitude.Upper).Lower, Math.Min(1, SechSquaredAt(magnitude.Lower).Upper));
    }

    /// <summary>"[lower, upper]".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{Lower:R}, {Upper:R}]");

    private static Interval TanhAt(double value) => 1 - (2 / ((2 * FromDouble(value)).Exp() + 1));

    private static Interval SechSquaredAt(double value)
    {
        var decay = (-(2 * FromDouble(value))).Exp();
        return 4 * decay / (1 + decay).Square();
    }

    private static Interval ExpAt(double value)
    {
        if (value > 710)
        {
            return new(double.MaxValue, double.PositiveInfinity);
        }

        if (value < -746)
        {
            return new(0, double.Epsilon);
        }

        // e^x = 2^m e^r with r = x − m ln 2, |r| ≤ 0.36, and a Taylor polynomial by Horner's rule for e^r.
        var power = (int)Math.Round(value / LogTwo.Lower);
        var rest = value - (power * LogTwo);
        Interval sum = 1;
        for (var degree = TaylorDegree; degree >= 1; degree--)
        {
            sum = 1 + (rest * sum / degree);
        }

        sum += TaylorRemainder;
        return new(
            Math.Max(0, Math.BitDecrement(Math.ScaleB(sum.Lower, power))), Math.BitIncrement(Math.ScaleB(sum.Upper, power)));
    }

    private static Interval FromLower(double lower) => new(lower, Math.BitIncrement(lower));

    private static Interval Outward(double lower, double upper) => new(Math.BitDecrement(lower), Math.BitIncrement(upper));
}
