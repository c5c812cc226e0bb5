using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;

namespace Tint.Reference.Tests.Certificates;

public sealed class ActivationCertificateTests
{
    [Property(Arbitrary = [typeof(Cases)], MaxTest = 1500)]
    public bool Truncation_stays_within_the_global_and_the_local_bound(ActivationCase given) =>
        PreciseActivation.All.All(exact =>
        {
            var error = Fixed.Abs(exact.TruncationError(given.Z, given.G, given.Scale));
            var local = ActivationCertificate.LocalBound(exact.Curvature, given.Z, given.G, given.Scale);
            var global = ActivationCertificate.Bound(exact.Curvature, given.G, given.Scale);
            return error <= (Fixed)local + PreciseActivation.Resolution(given) && local <= global;
        });

    [Fact]
    public void Truncation_at_zero_reaches_the_global_bound()
    {
        foreach (var exact in PreciseActivation.All)
        {
            var error = Fixed.Abs(exact.TruncationError(0, 0.5, 1000)).ToDouble();
            Assert.InRange(error / ActivationCertificate.Bound(exact.Curvature, 0.5, 1000), 0.999, 1);
        }
    }

    [Fact]
    public void The_local_bound_is_tight_away_from_zero_too()
    {
        foreach (var exact in PreciseActivation.All)
        {
            var error = Fixed.Abs(exact.TruncationError(2.5, 0.5, 1000)).ToDouble();
            Assert.InRange(error / ActivationCertificate.LocalBound(exact.Curvature, 2.5, 0.5, 1000), 0.99, 1);
        }
    }

    [Fact]
    public void Steps_far_beyond_the_bend_reach_a_tenth_of_the_bound()
    {
        foreach (var exact in PreciseActivation.All)
        {
            var error = Fixed.Abs(exact.TruncationError(0.5, -1e9, 1)).ToDouble();
            Assert.InRange(error / ActivationCertificate.Bound(exact.Curvature, -1e9, 1), 0.1, 1);
        }
    }

    [Theory]
    [InlineData(1, 5, 0)]
    [InlineData(1, -500, 0)]
    [InlineData(1, -1000, 0)]
    [InlineData(1, -3000, 2000)]
    [InlineData(-1, 500, 0)]
    [InlineData(-1, 1000, 0)]
    [InlineData(-1, 3000, 2000)]
    [InlineData(-1, -3000, 0)]
    [InlineData(0, 0, 0)]
    [InlineData(0, 7, 7)]
    [InlineData(0, -7, 0)]
    public void Relu_errs_only_where_the_step_crosses_zero(double z, double g, double expected) =>
        Assert.Equal(expected, ReluCertificate.Error(z, g, 1000), 1e-9);

    [Property(Arbitrary = [typeof(Cases)], MaxTest = 2000)]
    public bool Relu_error_is_exact_and_its_bound_covers_it(ActivationCase given)
    {
        Fixed z = given.Z;
        var moved = z + ((Fixed)given.G / given.Scale);
        var exact = ((Fixed)given.Scale * (Positive(moved) - Positive(z))) - (z > 0 ? (Fixed)given.G : 0);
        var rounding = given.Scale * FloatingPoint.Binary64.Gamma(2) * (Math.Abs(given.Z) + (3 * Math.Abs(given.G / given.Scale)));
        var bound = Bounds(ActivationKind.Relu, given);
        return Fixed.Abs(exact - ReluCertificate.Error(given.Z, given.G, given.Scale)) <= (Fixed)(rounding * 2)
            && exact <= (Fixed)bound + Math.ScaleB(1, -450) && bound <= Math.Abs(given.G);

        static Fixed Positive(Fixed value) => value > 0 ? value : 0;
    }

    [Property(Arbitrary = [typeof(Cases)], MaxTest = 500)]
    public bool A_matrix_has_the_local_bound_in_every_entry(ActivationCase given) =>
        Bounds(ActivationKind.GeluNew, given)
            == ActivationCertificate.LocalBound(ActivationCurvature.GeluNew, given.Z, given.G, given.Scale);

    [Property(Arbitrary = [typeof(Cases)], MaxTest = 700)]
    public bool Drift_of_the_stored_argument_stays_within_its_bound(ActivationCase given)
    {
        var stored = given.Z + (1e-3 * given.G);
        return Check(ActivationKind.Gelu, PreciseActivation.Gelu.Derivative)
            && Check(ActivationKind.GeluNew, PreciseActivation.GeluNew.Derivative)
            && Check(ActivationKind.Relu, z => z > 0 ? 1 : 0);

        bool Check(ActivationKind kind, Func<Fixed, Fixed> derivative)
        {
            var change = Fixed.Abs(derivative(stored) - derivative(given.Z)) * given.Scale;
            var bound = ActivationCertificate.Drift(kind, One(given.Z), One(stored), One(given.Scale)).At(0, 0);
            return change <= (Fixed)bound + PreciseActivation.Resolution(given);
        }
    }

    [Fact]
    public void Rejects_a_gradient_of_another_shape()
    {
        var z = Matrix<double>.Build.Dense(2, 3);
        var g = Matrix<double>.Build.Dense(3, 2);
        Assert.Throws<RuleViolationException>(() => ActivationCertificate.Bound(ActivationKind.Gelu, z, g, 1000));
        Assert.Throws<RuleViolationException>(() => ActivationCertificate.Drift(ActivationKind.Gelu, z, z, g));
        Assert.Throws<RuleViolationException>(() => ActivationCertificate.Drift(ActivationKind.Gelu, z, g, z));
    }

    [Theory]
    [InlineData(double.NaN, 1, 1)]
    [InlineData(1, double.PositiveInfinity, 1)]
    [InlineData(1, 1, 0)]
    [InlineData(1, 1, -1)]
    public void Rejects_numbers_without_a_bound(double z, double g, double scale)
    {
        Assert.Throws<RuleViolationException>(() => ActivationCertificate.LocalBound(ActivationCurvature.Gelu, z, g, scale));
        Assert.Throws<RuleViolationException>(() => ReluCertificate.Error(z, g, scale));
    }

    private static double Bounds(ActivationKind kind, ActivationCase given) =>
        ActivationCertificate.Bound(kind, One(given.Z), One(given.G), given.Scale).At(0, 0);

    private static Matrix<double> One(double value) => Matrix<double>.Build.Dense(1, 1, value);
}
