using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;

namespace Tint.Reference.Tests.Certificates;

/// <summary>The certificates of the central stencil (certificates.md, section 10), against high precision.</summary>
public sealed class CentralDifferenceCertificateTests
{
    private const double TailStart = 10;
    private static readonly Stencil Central = Stencil.Central;

    public static TheoryData<string> Names => new(PreciseActivation.All.Select(exact => exact.Curvature.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Branch_and_bound_reproduces_the_bound_on_the_third_derivative(string name)
    {
        var curvature = PreciseActivation.All.Single(exact => exact.Curvature.Name == name).Curvature;
        var supremum = IntervalMaximum.Enclose(curvature.ThirdDerivativeMagnitude, new Interval(0, TailStart), 1e-7);
        Assert.InRange(curvature.ThirdDerivativeBound, supremum.Upper, supremum.Lower + 3e-7);
        Assert.True(Tail(name).Upper < supremum.Lower, $"tail {Tail(name)}, maximum {supremum}");
    }

    /// <summary>By Taylor's formula the truncation error is g³σ‴(ξ)/(6N²) at some ξ between the two points.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Intervals_contain_the_third_derivative_that_an_error_shows(string name)
    {
        var exact = PreciseActivation.All.Single(item => item.Curvature.Name == name);
        var random = new Random(13);
        for (var trial = 0; trial < 60; trial++)
        {
            var (z, h) = ((random.NextDouble() * 16) - 8, Math.Pow(10, -5 * random.NextDouble()));
            var shown = (6 * Fixed.Abs(Error(exact, new ActivationCase(z, h, 1))) / (Fixed)h / (Fixed)h / (Fixed)h).ToDouble();
            var enclosure = exact.Curvature.ThirdDerivativeMagnitude(new Interval(z - (1.001 * h), z + (1.001 * h)));
            Assert.InRange(shown, enclosure.Lower, enclosure.Upper);
        }
    }

    [Property(Arbitrary = [typeof(Cases)], MaxTest = 300)]
    public bool Truncation_of_an_activation_stays_within_the_global_and_the_local_bound(ActivationCase given) =>
        PreciseActivation.All.All(exact =>
        {
            var error = Fixed.Abs(Error(exact, given));
            var local = ActivationCertificate.LocalBound(exact.Curvature, given.Z, given.G, given.Scale, Central);
            var global = ActivationCertificate.Bound(exact.Curvature, given.G, given.Scale, Central);
            return error <= (Fixed)local + PreciseActivation.Resolution(given)
                && local <= global
                && global <= ActivationCertificate.Bound(exact.Curvature, given.G, given.Scale);
        });

    [Fact]
    public void Truncation_reaches_the_bound_where_the_third_derivative_is_largest()
    {
        (PreciseActivation Exact, double Worst)[] all =
        [
            (PreciseActivation.Gelu, 0.792287),
            (PreciseActivation.GeluNew, 0.787576),
            (PreciseActivation.GeluBloom, 0.787576),
            (PreciseActivation.GeluFast, 0.787576),
            (PreciseActivation.Silu, 1.031958),
            (PreciseActivation.QuickGelu, 1.031958 / 1.702),
        ];
        foreach (var (exact, worst) in all)
        {
            var error = Fixed.Abs(Error(exact, new ActivationCase(worst, 0.5, 1000))).ToDouble();
            Assert.InRange(error / ActivationCertificate.Bound(exact.Curvature, 0.5, 1000, Central), 0.999, 1);
        }
    }

    [Theory]
    [InlineData(1, 5, 0)]
    [InlineData(1, -1000, 0)]
    [InlineData(1, 3000, -1000)]
    [InlineData(1, -3000, 1000)]
    [InlineData(-1, 3000, 1000)]
    [InlineData(-1, -3000, -1000)]
    [InlineData(-1, 500, 0)]
    [InlineData(0, 7, 3.5)]
    [InlineData(0, -7, -3.5)]
    [InlineData(0, 0, 0)]
    public void Relu_errs_only_where_a_point_lies_beyond_zero(double z, double g, double expected) =>
        Assert.Equal(expected, ReluCertificate.Error(z, g, 1000, Central), 1e-9);

    [Property(Arbitrary = [typeof(Cases)], MaxTest = 500)]
    public bool Relu_error_is_exact_and_its_bound_covers_it(ActivationCase given)
    {
        Fixed z = given.Z, step = (Fixed)given.G / given.Scale;
        var exact = ((Fixed)given.Scale / 2 * (Positive(z + step) - Positive(z - step))) - (z > 0 ? (Fixed)given.G : 0);
        var rounding = given.Scale * FloatingPoint.Binary64.Gamma(2) * (Math.Abs(given.Z) + (3 * Math.Abs(given.G / given.Scale)));
        var bound = ActivationCertificate.Bound(ActivationKind.Relu, One(given.Z), One(given.G), given.Scale, Central).At(0, 0);
        return Fixed.Abs(exact - ReluCertificate.Error(given.Z, given.G, given.Scale, Central)) <= (Fixed)(rounding * 2)
            && Fixed.Abs(exact) <= (Fixed)bound + Math.ScaleB(1, -450) && bound <= Math.Abs(given.G) / 2;

        static Fixed Positive(Fixed value) => value > 0 ? value : 0;
    }

    [Property(Arbitrary = [typeof(Cases)], MaxTest = 500)]
    public bool Truncation_of_a_normalisation_stays_within_the_bound(LayerNormCase given) =>
        Error(given) <= (Fixed)LayerNormCertificate.Bound(given.X, given.U, given.Scale, given.Epsilon, Central) + Resolution(given);

    /// <summary>A mirrored token is one whose LayerNorm is its RMSNorm, and its norm √2 times that of its half.</summary>
    [Property(Arbitrary = [typeof(Cases)], MaxTest = 200)]
    public bool Truncation_of_a_root_mean_square_stays_within_the_bound(LayerNormCase given)
    {
        static Vector<double> Mirrored(Vector<double> v) => Vector<double>.Build.DenseOfEnumerable(v.Concat(v.Select(entry => -entry)));
        var error = Error(given with { X = Mirrored(given.X), U = Mirrored(given.U) });
        return error / Fixed.Sqrt(2) <= (Fixed)RmsNormCertificate.Bound(given.X, given.U, given.Scale, given.Epsilon, Central) + Resolution(given);
    }

    [Fact]
    public void A_direction_at_right_angles_reaches_the_bound_of_a_normalisation()
    {
        foreach (var epsilon in new[] { 1e-5, 0.1, 1 })
        {
            var given = new LayerNormCase(Vector<double>.Build.Dense([1, -1, 0, 0]), Vector<double>.Build.Dense([0, 0, 1, -1]), 1e6, epsilon);
            var ratio = Error(given).ToDouble() / LayerNormCertificate.Bound(given.X, given.U, given.Scale, epsilon, Central);
            Assert.InRange(ratio, 0.999, 1);
        }
    }

    [Fact]
    public void The_third_constant_is_the_supremum_over_directions_and_shares()
    {
        // ‖D³f[h, h, h]‖·D s³/‖Ph‖³ = 6√(b(3a/2 − 5a²b/2 − 1/2 + 3ab/2)² + (1 − b)(3ab/2 − 1/2)²), a = τ², b = cos² of the angle between Ph and Px.
        var largest = 0.0;
        for (var i = 0; i <= 1000; i++)
        {
            for (var j = 0; j <= 1000; j++)
            {
                double b = i / 1000.0, a = j / 1000.0;
                var along = (1.5 * a) - (2.5 * a * a * b) - 0.5 + (1.5 * a * b);
                var across = (1.5 * a * b) - 0.5;
                largest = Math.Max(largest, 6 * Math.Sqrt((b * along * along) + ((1 - b) * across * across)));
            }
        }

        Assert.Equal(LayerNormCertificate.ThirdConstant, largest, 1e-12);
    }

    [Property(Arbitrary = [typeof(Cases)], MaxTest = 100)]
    public bool What_gates_leave_out_stays_within_a_bound_without_the_scale(LayerNormCase given) =>
        new[] { 0.3, 1, 3, 10, 50 }.All(gateScale =>
        {
            var leak = new GateLeak(gateScale);
            var effect = PreciseNormalisation.Norm(PreciseNormalisation.Minus(LeakyBackward(given, leak), Difference(given)));
            var resolution = (Fixed)(Math.ScaleB(1, -420) * (given.Scale + given.U.L1Norm() + given.X.L1Norm()) / given.Epsilon);
            return effect <= (Fixed)leak.LayerNormBackwardBound(given.X, given.U, given.Scale, given.Epsilon, Central) + resolution;
        });

    [Fact]
    public void What_gates_leave_out_reaches_a_fifth_of_its_bound_and_is_a_ten_thousandth_of_the_forward_stencils()
    {
        var random = new Random(41);
        var x = Vector<double>.Build.Dense(8, _ => (2 * random.NextDouble()) - 1);
        var given = new LayerNormCase(x, Vector<double>.Build.Dense(8, _ => 0.1 * random.NextDouble()), 1000, 1e-5);
        var leak = new GateLeak(10);
        var bound = leak.LayerNormBackwardBound(given.X, given.U, given.Scale, given.Epsilon, Central);
        var effect = PreciseNormalisation.Norm(PreciseNormalisation.Minus(LeakyBackward(given, leak), Difference(given))).ToDouble();
        Assert.InRange(effect / bound, 0.2, 1);
        Assert.InRange(bound / leak.LayerNormBackwardBound(given.X, given.U, given.Scale, given.Epsilon), 0, 1e-4);
    }

    [Property(Arbitrary = [typeof(Cases)], MaxTest = 250)]
    public bool Rounding_of_an_activation_stays_within_the_bound_in_both_formats(ActivationCase given)
    {
        // The inputs as float32 holds them.
        var held = new ActivationCase((float)given.Z, (float)given.G, (float)given.Scale);
        return PreciseActivation.All.All(exact =>
            Fits(exact, given, FloatingPoint.Binary64, InDouble(exact, given)) && Fits(exact, held, FloatingPoint.Binary32, InSingle(exact, held)));

        static bool Fits(PreciseActivation exact, ActivationCase at, FloatingPoint format, double computed) =>
            Fixed.Abs((Fixed)computed - Difference(exact, at))
                <= (Fixed)ScaledDifference.Rounding(exact.Curvature, at.Z, at.G, at.Scale, format, Central) + PreciseActivation.Resolution(at);
    }

    [Property(Arbitrary = [typeof(Cases)], MaxTest = 250)]
    public bool Rounding_of_a_normalisation_stays_within_the_bound(LayerNormCase given)
    {
        double[] At(double factor)
        {
            double[] x = [.. given.X.Zip(given.U, (at, u) => at + (u * (factor / given.Scale)))];
            var mean = x.Sum() / x.Length;
            var deviation = Math.Sqrt((x.Sum(entry => (entry - mean) * (entry - mean)) / x.Length) + given.Epsilon);
            return [.. x.Select(entry => (entry - mean) / deviation)];
        }

        var factor = given.Scale / 2;
        Fixed[] computed = [.. At(1).Zip(At(-1), (ahead, behind) => (Fixed)((factor * ahead) - (factor * behind)))];
        return PreciseNormalisation.Norm(PreciseNormalisation.Minus(computed, Difference(given)))
            <= (Fixed)LayerNormCertificate.Rounding(given.X, given.U, given.Scale, given.Epsilon, FloatingPoint.Binary64, Central) + Resolution(given);
    }

    [Theory]
    [InlineData("float32")]
    [InlineData("float64")]
    public void The_error_against_the_scale_is_a_u_curve_whose_bottom_is_where_it_is_predicted_and_below_the_forward_stencils(string name)
    {
        var format = name == "float32" ? FloatingPoint.Binary32 : FloatingPoint.Binary64;
        var random = new Random(22);
        var z = Vector<double>.Build.Dense(20, _ => (float)((random.NextDouble() * 6) - 3));
        var g = Vector<double>.Build.Dense(20, _ => (float)((random.NextDouble() * 2) - 1));
        foreach (var exact in PreciseActivation.All)
        {
            var optimum = ScaledDifference.Optimum(exact.Curvature, z, g, format, Central);
            var (bottom, left, right) = (Measured(optimum.Scale), Measured(optimum.Scale / 100), Measured(optimum.Scale * 1000));
            var best = Enumerable.Range(-6, 13).Min(i => Measured(optimum.Scale * Math.Pow(10, i / 3.0)));
            Assert.True(bottom <= optimum.Error, $"{exact.Curvature.Name}: {bottom} at the predicted bottom, bound {optimum.Error}");
            Assert.True(bottom <= 10 * best, $"{exact.Curvature.Name}: {bottom} at the predicted bottom, {best} at the best scale");
            Assert.True(left > 20 * bottom && right > 20 * bottom, $"{exact.Curvature.Name}: {left}, {bottom}, {right}");
            Assert.InRange(optimum.Error / ScaledDifference.Optimum(exact.Curvature, z, g, format).Error, 0, 0.3);

            double Measured(double scale)
            {
                var held = (double)(float)scale;
                return z.Zip(g, (at, gradient) =>
                {
                    var given = new ActivationCase(at, gradient, held);
                    var computed = (Fixed)(format == FloatingPoint.Binary32 ? InSingle(exact, given) : InDouble(exact, given));
                    return Fixed.Abs(computed - (exact.Derivative(at) * gradient)).ToDouble();
                }).Sum();
            }
        }
    }

    private static Fixed Error(PreciseActivation exact, ActivationCase given) =>
        Difference(exact, given) - (exact.Derivative(given.Z) * given.G);

    private static Fixed Difference(PreciseActivation exact, ActivationCase given)
    {
        var step = (Fixed)given.G / given.Scale;
        return (Fixed)given.Scale / 2 * (exact.Value(given.Z + step) - exact.Value(given.Z - step));
    }

    private static Fixed Error(LayerNormCase given) => PreciseNormalisation.Norm(
        PreciseNormalisation.Minus(Difference(given), PreciseNormalisation.Derivative(given.X, given.U, given.Epsilon)));

    /// <summary>(N/2)(f(x + u/N) − f(x − u/N)).</summary>
    private static Fixed[] Difference(LayerNormCase given)
    {
        Fixed[] At(int side) => PreciseNormalisation.Normalise(
            [.. PreciseNormalisation.Of(given.X).Zip(PreciseNormalisation.Of(given.U), (x, u) => x + (side * (u / given.Scale)))], given.Epsilon, 1);
        return [.. PreciseNormalisation.Minus(At(1), At(-1)).Select(entry => (Fixed)given.Scale / 2 * entry)];
    }

    /// <summary>The central backward through leaking gates, step by step as the construction runs it.</summary>
    private static Fixed[] LeakyBackward(LayerNormCase given, GateLeak leak)
    {
        Fixed leaked = leak.Rate;
        var rho = 1 - leaked;
        Fixed[] At(int side)
        {
            Fixed[] point = [.. PreciseNormalisation.Of(given.X).Zip(
                PreciseNormalisation.Of(given.U), (x, u) => (rho * x) + (side * (rho * u / given.Scale)))];
            return [.. PreciseNormalisation.Normalise(point, given.Epsilon, rho).Zip(point, (n, y) => (rho * n) + (leaked * y))];
        }

        return [.. PreciseNormalisation.Minus(At(1), At(-1)).Select(entry => rho * ((Fixed)given.Scale / 2 * entry))];
    }

    private static double InDouble(PreciseActivation exact, ActivationCase given)
    {
        var (step, factor) = (given.G * (1 / given.Scale), given.Scale / 2);
        return (factor * exact.InDouble(given.Z + step)) - (factor * exact.InDouble(given.Z - step));
    }

    private static double InSingle(PreciseActivation exact, ActivationCase given)
    {
        var (z, scale) = ((float)given.Z, (float)given.Scale);
        float step = (float)given.G * (1 / scale), factor = scale / 2;
        float first = factor * exact.InSingle(z + step), second = factor * exact.InSingle(z - step);
        return first - second;
    }

    private static Fixed Resolution(LayerNormCase given) =>
        Math.ScaleB(1, -420) * (given.Scale + given.U.L1Norm()) / given.Epsilon;

    private static Matrix<double> One(double value) => Matrix<double>.Build.Dense(1, 1, value);

    /// <summary>An upper bound on |σ‴| beyond <see cref="TailStart"/>: each expression decreases there (certificates.md, section 10).</summary>
    private static Interval Tail(string name)
    {
        Interval z = TailStart;
        var alpha = (2 / Interval.Pi).Sqrt();
        var slope = 1 + (0.1342 * z.Square());
        var bracket = (alpha * (1 + (0.2683 * z.Square()))) + (z * (alpha * slope).Square());
        return name switch
        {
            "gelu" => alpha / 2 * (-(z.Square() / 2)).Exp() * z * z.Square(),
            "gelu_new" or "gelu_bloom" or "gelu_fast" => 4 * (-(2 * (alpha * z))).Exp() * (
                (2 * alpha * slope * bracket) + (0.537 * alpha * z)
                + (alpha.Square() * (slope.Square() + (alpha * z * slope * slope.Square()) + (0.537 * z.Square() * slope)))),
            "silu" => (-z).Exp() * (3 + z),
            "quick_gelu" => 2.9 * ((-(1.702 * z)).Exp() * (3 + (1.703 * z))),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no tail argument"),
        };
    }
}
