using FsCheck.Xunit;
using Tint.Reference.Certificates;

namespace Tint.Reference.Tests.Certificates;

public sealed class IntervalTests
{
    [Property(Arbitrary = [typeof(Cases)], MaxTest = 2000)]
    public bool Arithmetic_contains_the_exact_results(ActivationCase given)
    {
        Interval a = given.Z;
        Interval b = given.G;
        Fixed exactA = given.Z;
        Fixed exactB = given.G;
        return Contains(a + b, exactA + exactB)
            && Contains(a - b, exactA - exactB)
            && Contains(a * b, exactA * exactB)
            && Contains(a / b, exactA / exactB)
            && Contains(a.Square(), exactA * exactA)
            && Contains(a.Abs().Sqrt(), Fixed.Sqrt(Fixed.Abs(exactA)));
    }

    [Property(Arbitrary = [typeof(Cases)], MaxTest = 1000)]
    public bool Exponential_and_hyperbolic_tangent_contain_the_exact_results(ActivationCase given)
    {
        var argument = Math.Clamp(given.Z, -240, 240);
        var decay = Fixed.ExpOfNegative(-Math.Abs(argument));
        var exponential = argument < 0 ? decay : 1 / decay;
        var enclosure = Interval.FromDouble(argument).Exp();
        return Contains(enclosure, exponential)
            && enclosure.Width <= 1e-12 * enclosure.Upper
            && Contains(Interval.FromDouble(argument).Tanh(), Fixed.Tanh(argument));
    }

    [Fact]
    public void Products_and_squares_of_wide_intervals_reach_their_corners()
    {
        var product = new Interval(-2, 3) * new Interval(-5, 7);
        Assert.Equal(-15, product.Lower, 1e-13);
        Assert.Equal(21, product.Upper, 1e-13);
        Assert.Equal(0, new Interval(-2, 3).Square().Lower);
        Assert.Equal(9, new Interval(-2, 3).Square().Upper, 1e-13);
        Assert.Equal(new Interval(0, 3), new Interval(-2, 3).Abs());
        Assert.Equal(new Interval(1, 2), Interval.Hull(2, 1));
        Assert.True(Interval.Pi.Contains(Math.PI) && (Fixed)Interval.Pi.Lower < Fixed.Pi && (Fixed)Interval.Pi.Upper > Fixed.Pi);
    }

    [Fact]
    public void The_exponential_stays_a_bound_where_it_leaves_the_range_of_doubles()
    {
        Assert.Equal(double.PositiveInfinity, Interval.FromDouble(800).Exp().Upper);
        Assert.Equal(double.MaxValue, Interval.FromDouble(800).Exp().Lower);
        Assert.Equal(new Interval(0, double.Epsilon), Interval.FromDouble(-800).Exp());
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(double.NaN, 1)]
    [InlineData(0, double.NaN)]
    public void Rejects_ends_that_are_not_ordered(double lower, double upper) =>
        Assert.Throws<RuleViolationException>(() => new Interval(lower, upper));

    [Fact]
    public void Rejects_a_divisor_that_contains_zero() =>
        Assert.Throws<RuleViolationException>(() => Interval.FromDouble(1) / new Interval(-1, 1));

    [Fact]
    public void Branch_and_bound_encloses_a_known_maximum()
    {
        var maximum = IntervalMaximum.Enclose(x => x * (1 - x), new Interval(0, 1), 1e-6);
        Assert.True(maximum.Contains(0.25), maximum.ToString());
        Assert.True(maximum.Width <= 1e-6);
    }

    [Fact]
    public void Branch_and_bound_says_when_the_tolerance_is_below_rounding() =>
        Assert.Throws<RuleViolationException>(() => IntervalMaximum.Enclose(x => x * (1 - x), new Interval(0, 1), 1e-300));

    private static bool Contains(Interval enclosure, Fixed exact)
    {
        // One unit of the fixed-point numbers pays for the oracle's own rounding, which matters for results that underflow there.
        var unit = Math.ScaleB(1, -480);
        return (Fixed)enclosure.Lower - unit <= exact && exact <= (Fixed)enclosure.Upper + unit;
    }
}
