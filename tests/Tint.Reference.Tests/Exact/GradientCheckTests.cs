using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Exact;

namespace Tint.Reference.Tests.Exact;

public sealed class GradientCheckTests
{
    private static readonly Vector<double> Point = new RandomNumbers(81).Vector(12);

    [Property(MaxTest = 200)]
    public void A_right_gradient_passes_and_one_off_by_a_millionth_fails(int seed)
    {
        var numbers = new RandomNumbers(seed);
        Vector<double> x = numbers.Vector(12), direction = numbers.Vector(12);
        var right = GradientCheck.Along(Smooth, x, SmoothGradient(x), direction);
        Assert.True(right.Passes, $"{right}");

        // The error must be seen wherever the check says that it would be.
        var wrong = GradientCheck.Along(Smooth, x, 1.000001 * SmoothGradient(x), direction);
        Assert.True(!wrong.Passes || wrong.Resolution > 5e-7, $"{wrong}");
    }

    [Fact]
    public void The_step_is_near_the_optimum()
    {
        // φ(s) = sin(s) + 2 at 0: |φ‴| = 1, and the noise is about half a unit in the last place of 2, u·2.
        var result = GradientCheck.Along(
            x => Math.Sin(x[0]) + 2, Vector<double>.Build.Dense(1), Vector<double>.Build.Dense(1, 1.0), Vector<double>.Build.Dense(1, 1.0));
        var optimum = Math.Cbrt(3 * 2.2e-16);
        Assert.True(result.Passes);
        Assert.InRange(result.Step, optimum / 4, optimum * 4);
        Assert.InRange(result.Estimate, 0, 10 * (2.2e-16 / optimum));
    }

    [Fact]
    public void Noise_is_seen_and_forgiven_but_not_more_than_noise()
    {
        // A fixed pattern of errors of size about 1e-6, as of a function computed in low precision.
        double Noisy(Vector<double> x) => Math.Round(Smooth(x) * 1e6) / 1e6;
        var direction = new RandomNumbers(82).Vector(12);
        var result = GradientCheck.Along(Noisy, 3 * Point, SmoothGradient(3 * Point), direction);
        Assert.True(result.Passes, $"{result}");
        Assert.InRange(result.Estimate, 1e-7, 1e-2);
        Assert.True(GradientCheck.Along(Noisy, 3 * Point, 2 * SmoothGradient(3 * Point), direction).Fails);
    }

    [Property(MaxTest = 200)]
    public void A_function_in_low_precision_is_judged_by_its_own_steps(int seed)
    {
        var numbers = new RandomNumbers(seed);
        Vector<double> x = numbers.Vector(12), direction = numbers.Vector(12);
        double Coarse(Vector<double> at) => (double)(Half)Smooth(at.Map(entry => (double)(float)entry));
        var result = GradientCheck.Along(Coarse, x, SmoothGradient(x), direction);
        Assert.False(result.Fails, $"{result}");
        Assert.True(result.Passes || result.Resolution > 1, $"{result}");
    }

    [Fact]
    public void A_linear_function_is_checked_to_rounding()
    {
        var result = GradientCheck.Along(x => x.DotProduct(Point), 2 * Point, Point, Vector<double>.Build.Dense(12, 1.0));
        Assert.True(result.Passes, $"{result}");
        Assert.True(result.Resolution < 1e-12);
    }

    [Fact]
    public void A_function_that_is_zero_passes_with_no_gradient_and_fails_with_one()
    {
        Assert.True(GradientCheck.Along(_ => 0, Point, 0 * Point, Point).Passes);
        Assert.Equal(double.PositiveInfinity, GradientCheck.Along(_ => 0, Point, 0 * Point, Point).Resolution);
        Assert.True(GradientCheck.Along(_ => 0, Point, Point, Point).Fails);
    }

    /// <summary>Faster than the differences can follow, 0 and the truth look alike: neither may pass, and the truth may not fail.</summary>
    [Fact]
    public void A_function_too_fast_for_differences_is_neither_passed_nor_failed()
    {
        var one = Vector<double>.Build.Dense(1, 1.0);
        foreach (var gradient in (double[])[0, 1e10 * Math.Cos(1e10), -1e10])
        {
            var result = GradientCheck.Along(x => Math.Sin(1e10 * x[0]), one, gradient * one, one);
            Assert.Equal(GradientVerdict.CannotTell, result.Verdict);
            Assert.False(result.Passes || result.Fails, $"{result}");
        }

        // What turns a million times in the size of the point can be followed.
        Assert.True(GradientCheck.Along(x => Math.Sin(1e6 * x[0]), one, 1e6 * Math.Cos(1e6) * one, one).Passes);
        Assert.True(GradientCheck.Along(x => Math.Sin(1e6 * x[0]), one, 0 * one, one).Fails);
    }

    [Fact]
    public void At_any_frequency_the_truth_never_fails_and_zero_never_passes()
    {
        var (random, one, told) = (new Random(3), Vector<double>.Build.Dense(1, 1.0), 0);
        for (var trial = 0; trial < 2000; trial++)
        {
            double frequency = Math.Pow(10, 12 * random.NextDouble()), place = 0.5 + random.NextDouble();
            var at = Vector<double>.Build.Dense(1, place);
            double F(Vector<double> x) => Math.Sin(frequency * x[0]);
            var truth = GradientCheck.Along(F, at, frequency * Math.Cos(frequency * place) * one, one);
            Assert.False(truth.Fails, $"sin({frequency:R} v) at {place:R}: {truth}");
            Assert.False(GradientCheck.Along(F, at, 0 * one, one).Passes, $"sin({frequency:R} v) at {place:R}");
            told += truth.Passes ? 1 : 0;
        }

        Assert.InRange(told, 1000, 2000);
    }

    /// <summary>Squares of such sizes leave the range of a double, or are 0.</summary>
    [Theory]
    [InlineData(1e-200)]
    [InlineData(1e-160)]
    [InlineData(1e160)]
    [InlineData(1e200)]
    public void Points_and_directions_of_any_size_are_checked(double size)
    {
        var (at, direction) = (Vector<double>.Build.Dense(1, size), Vector<double>.Build.Dense(1, size));
        double F(Vector<double> x) => Math.Exp(x[0] / size);
        var gradient = Vector<double>.Build.Dense(1, Math.E / size);
        Assert.True(GradientCheck.Along(F, at, gradient, direction).Passes, $"{GradientCheck.Along(F, at, gradient, direction)}");
        Assert.True(GradientCheck.Along(F, at, 1.001 * gradient, direction).Fails);
    }

    [Theory]
    [InlineData(1e-4)]
    [InlineData(4.3e-6)]
    [InlineData(3e-7)]
    public void A_kink_beside_the_point_is_stepped_into(double distance)
    {
        // |x₀ − distance| + 1 at 0 has the slope −1 for smaller steps only; a kink among the values that tell the noise must not pass for noise.
        var one = Vector<double>.Build.Dense(1, 1.0);
        var result = GradientCheck.Along(x => Math.Abs(x[0] - distance) + 1, 0 * one, -one, one);
        Assert.True(result.Passes && result.Step < distance && result.Resolution < 1e-7, $"{result}");
    }

    [Fact]
    public void Steps_that_leave_the_domain_are_passed_over()
    {
        var one = Vector<double>.Build.Dense(1, 1e-3);
        var result = GradientCheck.Along(x => Math.Log(x[0] - 9e-4), one, 0 * one + 1e4, one);
        Assert.True(result.Passes, $"{result}");
    }

    [Fact]
    public void Ranges_are_checked_on_their_own_and_the_faulty_one_is_named()
    {
        var gradient = SmoothGradient(Point);
        gradient[7] += 1e-3;
        var results = GradientCheck.Run(
            Smooth, Point, gradient, [new("head", 0, 4), new("middle", 4, 4), new("tail", 8, 4)], directions: 2, seed: 9);
        Assert.Equal(8, results.Count);
        Assert.Equal(
            ["middle, direction 0", "middle, direction 1", "all parameters, direction 0", "all parameters, direction 1"],
            results.Where(result => result.Fails).Select(result => result.Name));
        Assert.Equal(results, GradientCheck.Run(
            Smooth, Point, gradient, [new("head", 0, 4), new("middle", 4, 4), new("tail", 8, 4)], directions: 2, seed: 9));
    }

    [Fact]
    public void Rejects_vectors_and_functions_that_cannot_be_checked()
    {
        var zero = 0 * Point;
        Assert.Throws<RuleViolationException>(() => GradientCheck.Along(Smooth, Point, Point.SubVector(0, 3), Point));
        Assert.Throws<RuleViolationException>(() => GradientCheck.Along(Smooth, Point, Point, Point.SubVector(0, 3)));
        Assert.Throws<RuleViolationException>(() => GradientCheck.Along(Smooth, Point, Point, zero));
        Assert.Throws<RuleViolationException>(() => GradientCheck.Along(Smooth, Point * double.NaN, Point, Point));
        Assert.Throws<RuleViolationException>(() => GradientCheck.Along(Smooth, Point, Point * double.NaN, Point));
        Assert.Throws<RuleViolationException>(() => GradientCheck.Along(Smooth, Point, Point, Point * double.NaN));
        Assert.Throws<RuleViolationException>(() => GradientCheck.Along(_ => double.NaN, Point, Point, Point));
        Assert.Throws<RuleViolationException>(() => GradientCheck.Run(Smooth, Point, Point, [], 0, 1));
        Assert.Throws<RuleViolationException>(() => GradientCheck.Run(Smooth, Point, Point, [new("past the end", 10, 3)], 1, 1));
        Assert.Throws<RuleViolationException>(() => GradientCheck.Run(Smooth, Point, Point, [new("empty", 0, 0)], 1, 1));
        Assert.Throws<RuleViolationException>(() => GradientCheck.Run(Smooth, Point, Point, [new("before", -1, 2)], 1, 1));
    }

    /// <summary>Σ_i sin(x_i)·e^{x_{i+1}/2}, a smooth function with derivatives of every order.</summary>
    private static double Smooth(Vector<double> x)
    {
        var sum = 0.0;
        for (var i = 0; i + 1 < x.Count; i++)
        {
            sum += Math.Sin(x[i]) * Math.Exp(x[i + 1] / 2);
        }

        return sum;
    }

    private static Vector<double> SmoothGradient(Vector<double> x)
    {
        var gradient = Vector<double>.Build.Dense(x.Count);
        for (var i = 0; i + 1 < x.Count; i++)
        {
            gradient[i] += Math.Cos(x[i]) * Math.Exp(x[i + 1] / 2);
            gradient[i + 1] += Math.Sin(x[i]) * Math.Exp(x[i + 1] / 2) / 2;
        }

        return gradient;
    }
}
