using System.Numerics;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.Rounding;

namespace Tint.Reference.Tests.LinearAlgebra;

public class ElementwiseTests
{
    private static readonly double Spacing = 2 * RoundingModel.DoubleRoundoff;

    [Fact]
    public void Exponentials_are_within_two_units_in_the_last_place()
    {
        var random = new Random(1);
        for (var i = 0; i < 200_000; i++)
        {
            // Arguments of all sizes, from those whose exponential is 1 to the rims of the range.
            var x = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-10, 4));
            var (got, expected) = (Elementwise.Exp(x), Math.Exp(x));
            if (double.IsInfinity(expected) || expected < 1e-300)
            {
                Assert.Equal(expected, got);
            }
            else
            {
                Assert.InRange(Math.Abs(got - expected), 0, 2 * Spacing * expected);
            }
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NaN)]
    [InlineData(-708.5)]
    [InlineData(-745.0)]
    [InlineData(-746.0)]
    [InlineData(710.0)]
    public void Exponentials_at_the_rims_are_those_of_the_library(double x) => Assert.Equal(Math.Exp(x), Elementwise.Exp(x));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(21)]
    public void Loops_give_every_entry_its_own_numbers_at_any_length(int length)
    {
        var random = new Random(length);
        double[] Numbers() => [.. Enumerable.Range(0, length).Select(_ => random.NextDouble() + 0.5)];
        double[] x = Numbers(), y = Numbers(), z = Numbers();

        double[] Run(Action<double[]> loop)
        {
            var target = (double[])y.Clone();
            loop(target);
            return target;
        }

        Assert.Equal(y.Zip(x, (a, b) => Math.Max(a, 0.75 * b)), Run(target => Elementwise.KeepLargest(target, x, 0.75)));
        Assert.Equal(y.Zip(x, (a, b) => a + (0.75 * b)), Run(target => Elementwise.AddScaled(target, x, 0.75)));
        Assert.Equal(y.Zip(x, (a, b) => a / b), Run(target => Elementwise.Divide(target, x)));
        Assert.Equal(y.Select(a => a / 3), Run(target => Elementwise.Divide(target, 3)));
        Assert.Equal(y.Zip(x, (a, b) => Elementwise.Exp((0.75 * b) - a)), Run(target => Elementwise.Exponentials(x, 0.75, y, target)));
        Assert.Equal(
            y.Zip(x, z).Select(t => t.First + Elementwise.Exp(t.Second - t.Third)), Run(target => Elementwise.AddExponentials(target, x, z)));
        Assert.Equal(
            y.Zip(x, z).Select(t => t.First + ((t.Second - t.Third) * (t.Second - t.Third))),
            Run(target => Elementwise.AddSquaredDistances(target, x, z)));
        Assert.Equal(
            x.Zip(y, z).Select(t => (0.75 * ((t.First - t.Second) / t.Third)) + (0.25 * t.First)),
            Run(target => Elementwise.Normalise(x, y, z, 0.75, target)));
        Assert.Equal(x.Select(a => 0.75 * a).DefaultIfEmpty(double.NegativeInfinity).Max(), Elementwise.Largest(x, 0.75));

        var sum = 0.0;
        var exponentials = Run(target => sum = Elementwise.Exponentials(target, 0.75, 0.5));
        Assert.Equal(y.Select(a => Elementwise.Exp((0.75 * a) - 0.5)), exponentials);
        Assert.Equal(exponentials.Sum(), sum, length * RoundingModel.DoubleRoundoff * exponentials.Sum());
    }

    [Fact]
    public void A_number_does_not_depend_on_its_lane()
    {
        double[] x = [.. Enumerable.Range(0, Vector<double>.Count).Select(lane => 0.3 - lane)];
        var lanes = Elementwise.Exp(new Vector<double>(x));
        Assert.All(Enumerable.Range(0, x.Length), lane => Assert.Equal(Elementwise.Exp(x[lane]), lanes[lane]));
    }
}
