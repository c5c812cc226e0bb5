using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Certificates;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Certificates;

public sealed class RmsNormCertificateTests
{
    /// <summary>N so small that truncation is 1e-2 of the result, and float64's rounding of it nothing beside that.</summary>
    private const double Scale = 100;

    [Property(Arbitrary = [typeof(Cases)], MaxTest = 500)]
    public void Truncation_stays_within_the_bound(LayerNormCase given) => Assert.InRange(
        Error(given.X, given.U, given.Scale, given.Epsilon),
        0,
        RmsNormCertificate.Bound(given.X, given.U, given.Scale, given.Epsilon)
            + (2 * RmsNormCertificate.Rounding(given.X, given.U, given.Scale, given.Epsilon, FloatingPoint.Binary64))
            + (1e-13 * given.U.L2Norm() / Math.Sqrt(given.Epsilon)));

    /// <summary>cos² = 1/(3τ²) between u and x, τ² = mean x²/s², where the bound is an equality up to the next order in 1/N.</summary>
    [Theory]
    [InlineData(1e-5)]
    [InlineData(0.1)]
    public void The_worst_direction_reaches_the_bound(double epsilon)
    {
        var (x, across) = (Vector<double>.Build.Dense([2, 2, -2, 2]), Vector<double>.Build.Dense([2, 2, 2, -2]));
        var square = x.DotProduct(x) / 4;
        var cosine = Math.Sqrt((square + epsilon) / (3 * square));
        var u = 1e-3 * ((cosine * x) + (Math.Sqrt(1 - (cosine * cosine)) * across));
        Assert.InRange(Error(x, u, Scale, epsilon) / RmsNormCertificate.Bound(x, u, Scale, epsilon), 0.999, 1);
    }

    [Fact]
    public void A_token_with_a_mean_has_another_bound_than_of_a_layer_norm()
    {
        var (x, u) = (Vector<double>.Build.Dense([5, 5, 5, 6]), Vector<double>.Build.Dense([1, 0, 0, 0]));
        Assert.InRange(
            RmsNormCertificate.Bound(x, u, Scale, 1e-5) / LayerNormCertificate.Bound(x, u, Scale, 1e-5), 0, 0.1);
        Assert.Equal(
            RmsNormCertificate.Bound(x, u, Scale, 1e-5), RmsNormCertificate.Bound(x.ToRowMatrix(), u.ToRowMatrix(), Scale, 1e-5)[0]);
    }

    [Fact]
    public void Drift_of_the_stored_input_stays_within_its_bound()
    {
        var random = new RandomNumbers(5);
        for (var trial = 0; trial < 200; trial++)
        {
            var (x, u) = (random.Vector(5), random.Vector(5));
            var stored = x + random.Vector(5, 0.01);
            Assert.InRange(
                (Derivative(stored, u, 1e-3) - Derivative(x, u, 1e-3)).L2Norm(), 0, RmsNormCertificate.Drift(x, stored, u, 1e-3) + 1e-12);
        }
    }

    [Fact]
    public void Rejects_inputs_that_do_not_match_or_have_no_bound()
    {
        var (two, three) = (Vector<double>.Build.Dense(2, 1), Vector<double>.Build.Dense(3, 1));
        Refusal.Of(() => RmsNormCertificate.Bound(two, three, 1000, 1e-5));
        Refusal.Of(() => RmsNormCertificate.Bound(two, two, 0, 1e-5));
        Refusal.Of(() => RmsNormCertificate.Bound(two, two, 1000, 0));
        Refusal.Of(() => RmsNormCertificate.Bound(two.ToRowMatrix(), three.ToRowMatrix(), 1000, 1e-5), "the gradient at the normalisation");
    }

    private static double Error(Vector<double> x, Vector<double> u, double scale, double epsilon) =>
        ((scale * (Normalise(x + (u / scale), epsilon) - Normalise(x, epsilon))) - Derivative(x, u, epsilon)).L2Norm();

    private static Vector<double> Normalise(Vector<double> x, double epsilon) => x / Math.Sqrt((x.DotProduct(x) / x.Count) + epsilon);

    /// <summary>Df(x)u = (u − x̂·mean(x̂∘u))/s.</summary>
    private static Vector<double> Derivative(Vector<double> x, Vector<double> u, double epsilon)
    {
        var s = Math.Sqrt((x.DotProduct(x) / x.Count) + epsilon);
        return (u - (x / s * (x.DotProduct(u) / s / x.Count))) / s;
    }
}
