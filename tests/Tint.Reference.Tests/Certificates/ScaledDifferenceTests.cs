using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;

namespace Tint.Reference.Tests.Certificates;

public sealed class ScaledDifferenceTests
{
    [Property(Arbitrary = [typeof(Cases)], MaxTest = 1000)]
    public bool Rounding_in_float64_stays_within_the_bound(ActivationCase given) =>
        PreciseActivation.All.All(exact =>
        {
            var difference = exact.ScaledDifference(given.Z, given.G, given.Scale);
            var bound = (Fixed)ScaledDifference.Rounding(exact.Curvature, given.Z, given.G, given.Scale, FloatingPoint.Binary64)
                + PreciseActivation.Resolution(given);
            return InDouble(exact, given).All(computed => Fixed.Abs(computed - difference) <= bound);
        });

    [Property(Arbitrary = [typeof(Cases)], MaxTest = 1000)]
    public bool Rounding_in_float32_stays_within_the_bound(ActivationCase given) =>
        PreciseActivation.All.All(exact =>
        {
            // The inputs as float32 holds them.
            var held = new ActivationCase((float)given.Z, (float)given.G, (float)given.Scale);
            var difference = exact.ScaledDifference(held.Z, held.G, held.Scale);
            var bound = (Fixed)ScaledDifference.Rounding(exact.Curvature, held.Z, held.G, held.Scale, FloatingPoint.Binary32)
                + PreciseActivation.Resolution(held);
            return Fixed.Abs((Fixed)InSingle(exact, held) - difference) <= bound;
        });

    [Property(Arbitrary = [typeof(Cases)], MaxTest = 1000)]
    public bool Rounding_of_relu_stays_within_the_bound(ActivationCase given)
    {
        Fixed moved = (Fixed)given.Z + ((Fixed)given.G / given.Scale);
        var difference = (Fixed)given.Scale * ((moved > 0 ? moved : 0) - (given.Z > 0 ? (Fixed)given.Z : 0));
        var direct = given.Scale * (Math.Max(given.Z + (given.G / given.Scale), 0) - Math.Max(given.Z, 0));
        var asConstructed = (given.Scale * Math.Max(given.Z + (given.G * (1 / given.Scale)), 0)) - (given.Scale * Math.Max(given.Z, 0));
        var bound = (Fixed)ScaledDifference.Rounding(
            ActivationKind.Relu, One(given.Z), One(given.G), given.Scale, FloatingPoint.Binary64).At(0, 0);
        return Fixed.Abs((Fixed)direct - difference) <= bound && Fixed.Abs((Fixed)asConstructed - difference) <= bound;
    }

    [Fact]
    public void Rounding_reaches_a_tenth_of_the_bound_in_both_formats()
    {
        var random = new Random(21);
        foreach (var exact in PreciseActivation.All)
        {
            double inDouble = 0;
            double inSingle = 0;
            for (var trial = 0; trial < 2000; trial++)
            {
                var given = new ActivationCase((float)(random.NextDouble() * 4), (float)random.NextDouble(), 1000);
                var difference = exact.ScaledDifference(given.Z, given.G, given.Scale);
                inDouble = Math.Max(inDouble, Ratio(InDouble(exact, given)[1].ToDouble(), FloatingPoint.Binary64));
                inSingle = Math.Max(inSingle, Ratio(InSingle(exact, given), FloatingPoint.Binary32));

                double Ratio(double computed, FloatingPoint format) =>
                    Fixed.Abs((Fixed)computed - difference).ToDouble()
                        / ScaledDifference.Rounding(exact.Curvature, given.Z, given.G, given.Scale, format);
            }

            Assert.InRange(inDouble, 0.1, 1);
            Assert.InRange(inSingle, 0.1, 1);
        }
    }

    [Theory]
    [InlineData("float32")]
    [InlineData("float64")]
    public void The_error_against_the_scale_is_a_u_curve_with_the_predicted_bottom(string name)
    {
        var format = name == "float32" ? FloatingPoint.Binary32 : FloatingPoint.Binary64;
        var random = new Random(22);
        var z = Vector<double>.Build.Dense(60, _ => (float)((random.NextDouble() * 6) - 3));
        var g = Vector<double>.Build.Dense(60, _ => (float)((random.NextDouble() * 2) - 1));
        foreach (var exact in PreciseActivation.All)
        {
            var optimum = ScaledDifference.Optimum(exact.Curvature, z, g, format);
            var bottom = Measured(optimum.Scale);
            var left = Measured(optimum.Scale / 1000);
            var right = Measured(optimum.Scale * 1000);
            var best = Enumerable.Range(-6, 13).Min(i => Measured(optimum.Scale * Math.Pow(10, i / 3.0)));

            Assert.True(bottom <= optimum.Error, $"{exact.Curvature.Name}: {bottom} at the predicted bottom, bound {optimum.Error}");
            Assert.True(bottom <= 10 * best, $"{exact.Curvature.Name}: {bottom} at the predicted bottom, {best} at the best scale");
            Assert.True(left > 20 * bottom && right > 20 * bottom, $"{exact.Curvature.Name}: {left}, {bottom}, {right}");

            double Measured(double scale)
            {
                var held = (double)(float)scale;
                return z.Zip(g, (at, gradient) =>
                {
                    var given = new ActivationCase(at, gradient, held);
                    var computed = format == FloatingPoint.Binary32 ? InSingle(exact, given) : InDouble(exact, given)[1].ToDouble();
                    return Fixed.Abs(computed - (exact.Derivative(at) * gradient)).ToDouble();
                }).Sum();
            }
        }
    }

    [Fact]
    public void Without_a_gradient_or_an_argument_one_side_of_the_u_curve_is_missing()
    {
        var zero = Vector<double>.Build.Dense(2);
        var ones = Vector<double>.Build.Dense(2, 1);
        Assert.Equal(0, ScaledDifference.Optimum(ActivationCurvature.Gelu, ones, zero, FloatingPoint.Binary64).Scale);
        Assert.Equal(
            double.PositiveInfinity, ScaledDifference.Optimum(ActivationCurvature.Gelu, zero, ones, FloatingPoint.Binary64).Scale);
    }

    [Fact]
    public void Rejects_inputs_that_do_not_match()
    {
        var two = Vector<double>.Build.Dense(2, 1);
        var three = Vector<double>.Build.Dense(3, 1);
        Assert.Throws<RuleViolationException>(
            () => ScaledDifference.Optimum(ActivationCurvature.Gelu, two, three, FloatingPoint.Binary64));
        Assert.Throws<RuleViolationException>(() => ScaledDifference.Rounding(
            ActivationKind.Gelu, two.ToColumnMatrix(), three.ToColumnMatrix(), 1000, FloatingPoint.Binary64));
        Assert.Throws<RuleViolationException>(
            () => ScaledDifference.Rounding(ActivationCurvature.Gelu, double.NaN, 1, 1000, FloatingPoint.Binary64));
    }

    /// <summary>The two orders of operations that the bound covers: N(a − b) with g/N, and Na − Nb with g·fl(1/N).</summary>
    private static Fixed[] InDouble(PreciseActivation exact, ActivationCase given)
    {
        var start = exact.InDouble(given.Z);
        var direct = given.Scale * (exact.InDouble(given.Z + (given.G / given.Scale)) - start);
        var asConstructed = (given.Scale * exact.InDouble(given.Z + (given.G * (1 / given.Scale)))) - (given.Scale * start);
        return [direct, asConstructed];
    }

    private static double InSingle(PreciseActivation exact, ActivationCase given)
    {
        var z = (float)given.Z;
        var scale = (float)given.Scale;
        float moved = z + (float)((float)given.G * (1 / scale));
        float first = scale * exact.InSingle(moved);
        float second = scale * exact.InSingle(z);
        return first - second;
    }

    private static Matrix<double> One(double value) => Matrix<double>.Build.Dense(1, 1, value);
}
