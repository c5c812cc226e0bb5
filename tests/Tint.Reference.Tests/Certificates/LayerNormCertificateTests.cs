using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Certificates;

namespace Tint.Reference.Tests.Certificates;

public sealed class LayerNormCertificateTests
{
    [Property(Arbitrary = [typeof(Cases)], MaxTest = 2000)]
    public bool Truncation_stays_within_the_bound(LayerNormCase given) =>
        TruncationError(given) <= (Fixed)LayerNormCertificate.Bound(given.X, given.U, given.Scale, given.Epsilon) + Resolution(given);

    [Fact]
    public void The_worst_direction_reaches_the_bound()
    {
        // With τ² = ‖Px‖²/(D s²), the worst u makes cos² = 1/(3τ²) with Px (certificates.md, section 2).
        foreach (var epsilon in new[] { 1e-5, 0.1, 0.9 })
        {
            var x = Vector<double>.Build.Dense([1, -1, 0, 0]);
            var across = Vector<double>.Build.Dense([0, 0, 1, -1]);
            var variance = x.DotProduct(x) / 4;
            var share = variance / (variance + epsilon);
            var cosine = Math.Min(1, Math.Sqrt(1 / (3 * share)));
            var given = new LayerNormCase(x, (cosine * x) + (Math.Sqrt(1 - (cosine * cosine)) * across), 1e6, epsilon);
            var ratio = TruncationError(given).ToDouble() / LayerNormCertificate.Bound(given.X, given.U, given.Scale, epsilon);
            Assert.InRange(ratio, epsilon < 0.5 ? 0.999 : 0.9, 1);
        }
    }

    [Fact]
    public void The_curvature_constant_is_the_supremum_over_directions_and_shares()
    {
        // ‖D²f[u, u]‖·√D s²/‖Pu‖² = τ√((1 + (2 − 3τ²)c²)² + 4c²(1 − c²)), c the cosine between Pu and Px.
        var largest = 0.0;
        for (var i = 0; i <= 1000; i++)
        {
            for (var j = 0; j <= 1000; j++)
            {
                double square = i / 1000.0, share = j / 1000.0;
                var along = 1 + ((2 - (3 * share)) * square);
                largest = Math.Max(largest, Math.Sqrt(share * ((along * along) + (4 * square * (1 - square)))));
            }
        }

        Assert.InRange(largest, 0.99999 * LayerNormCertificate.CurvatureConstant, LayerNormCertificate.CurvatureConstant);
    }

    [Fact]
    public void Steps_that_leave_the_bend_have_the_crude_bound()
    {
        var x = Vector<double>.Build.Dense([1e-3, -1e-3, 0]);
        var given = new LayerNormCase(x, Vector<double>.Build.Dense([0, 1e8, -1e8]), 1, 1e-8);
        var ratio = TruncationError(given).ToDouble() / LayerNormCertificate.Bound(given.X, given.U, given.Scale, given.Epsilon);
        Assert.InRange(ratio, 0.1, 1);
    }

    [Property(Arbitrary = [typeof(Cases)], MaxTest = 1000)]
    public bool Drift_of_the_stored_input_stays_within_its_bound(LayerNormCase given)
    {
        var stored = given.X + (1e-3 * Vector<double>.Build.DenseOfEnumerable(given.U.Reverse()));
        var change = PreciseNormalisation.Norm(PreciseNormalisation.Minus(
            PreciseNormalisation.Derivative(stored, given.U, given.Epsilon), PreciseNormalisation.Derivative(given.X, given.U, given.Epsilon)));
        return change <= (Fixed)LayerNormCertificate.Drift(given.X, stored, given.U, given.Epsilon) + Resolution(given);
    }

    [Property(Arbitrary = [typeof(Cases)], MaxTest = 1000)]
    public bool Rounding_in_float64_stays_within_the_bound(LayerNormCase given)
    {
        var x = given.X.ToArray();
        var start = Normalise(x, given.Epsilon);
        var end = Normalise([.. x.Zip(given.U, (at, u) => at + (u * (1 / given.Scale)))], given.Epsilon);
        var computed = end.Zip(start, (to, from) => (Fixed)((given.Scale * to) - (given.Scale * from))).ToArray();
        var error = PreciseNormalisation.Norm(PreciseNormalisation.Minus(computed, PreciseNormalisation.ScaledDifference(given)));
        return error <= (Fixed)LayerNormCertificate.Rounding(given.X, given.U, given.Scale, given.Epsilon, FloatingPoint.Binary64);
    }

    [Property(Arbitrary = [typeof(Cases)], MaxTest = 1000)]
    public bool Rounding_in_float32_stays_within_the_bound(LayerNormCase drawn)
    {
        var given = new LayerNormCase(
            drawn.X.Map(entry => (double)(float)entry), drawn.U.Map(entry => (double)(float)entry), (float)drawn.Scale, (float)drawn.Epsilon);
        return RoundingErrorInSingle(given)
            <= LayerNormCertificate.Rounding(given.X, given.U, given.Scale, given.Epsilon, FloatingPoint.Binary32);
    }

    [Fact]
    public void Rounding_reaches_a_tenth_of_the_bound_where_the_mean_dwarfs_the_deviation()
    {
        var random = new Random(31);
        var largest = 0.0;
        for (var trial = 0; trial < 500; trial++)
        {
            var x = Vector<double>.Build.Dense(2, _ => (float)(100 + random.NextDouble()));
            var u = Vector<double>.Build.Dense(2, _ => (float)random.NextDouble());
            var given = new LayerNormCase(x, u, 1000, 1);
            largest = Math.Max(largest, RoundingErrorInSingle(given)
                / LayerNormCertificate.Rounding(x, u, given.Scale, given.Epsilon, FloatingPoint.Binary32));
        }

        Assert.InRange(largest, 0.1, 1);
    }

    [Fact]
    public void A_matrix_has_the_bound_of_each_token()
    {
        var random = new Random(32);
        var x = Matrix<double>.Build.Dense(3, 4, (_, _) => random.NextDouble());
        var u = Matrix<double>.Build.Dense(3, 4, (_, _) => random.NextDouble());
        var bounds = LayerNormCertificate.Bound(x, u, 1000, 1e-5);
        Assert.Equal(LayerNormCertificate.Bound(x.Row(2), u.Row(2), 1000, 1e-5), bounds[2]);
        Assert.Equal(3, bounds.Count);
    }

    [Fact]
    public void Rejects_inputs_that_do_not_match_or_have_no_bound()
    {
        var two = Vector<double>.Build.Dense(2, 1);
        var three = Vector<double>.Build.Dense(3, 1);
        var broken = Vector<double>.Build.Dense([1, double.NaN]);
        Assert.Throws<RuleViolationException>(() => LayerNormCertificate.Bound(two, three, 1000, 1e-5));
        Assert.Throws<RuleViolationException>(() => LayerNormCertificate.Bound(two, two, 0, 1e-5));
        Assert.Throws<RuleViolationException>(() => LayerNormCertificate.Bound(two, two, 1000, 0));
        Assert.Throws<RuleViolationException>(() => LayerNormCertificate.Bound(broken, two, 1000, 1e-5));
        Assert.Throws<RuleViolationException>(() => LayerNormCertificate.Drift(two, three, two, 1e-5));
        Assert.Throws<RuleViolationException>(
            () => LayerNormCertificate.Bound(two.ToRowMatrix(), three.ToRowMatrix(), 1000, 1e-5));
    }

    private static Fixed TruncationError(LayerNormCase given) => PreciseNormalisation.Norm(PreciseNormalisation.Minus(
        PreciseNormalisation.ScaledDifference(given), PreciseNormalisation.Derivative(given.X, given.U, given.Epsilon)));

    /// <summary>Rounding of the high-precision numbers, 2^−768 magnified by N, ‖u‖ and 1/eps.</summary>
    private static Fixed Resolution(LayerNormCase given) =>
        Math.ScaleB(1, -420) * (given.Scale + given.U.L1Norm()) / given.Epsilon;

    private static double[] Normalise(double[] x, double epsilon)
    {
        var mean = x.Sum() / x.Length;
        var deviation = Math.Sqrt((x.Sum(entry => (entry - mean) * (entry - mean)) / x.Length) + epsilon);
        return [.. x.Select(entry => (entry - mean) / deviation)];
    }

    private static double RoundingErrorInSingle(LayerNormCase given)
    {
        var scale = (float)given.Scale;
        var x = given.X.Select(entry => (float)entry).ToArray();
        var start = Normalise(x);
        var end = Normalise([.. x.Zip(given.U, (at, u) => at + ((float)u * (1 / scale)))]);
        var computed = end.Zip(start, (to, from) => (Fixed)(double)((scale * to) - (scale * from))).ToArray();
        return PreciseNormalisation.Norm(PreciseNormalisation.Minus(computed, PreciseNormalisation.ScaledDifference(given))).ToDouble();

        float[] Normalise(float[] at)
        {
            var sum = at.Aggregate(0f, (total, entry) => total + entry);
            var mean = sum / at.Length;
            var squares = at.Aggregate(0f, (total, entry) => total + ((entry - mean) * (entry - mean)));
            var deviation = MathF.Sqrt((squares / at.Length) + (float)given.Epsilon);
            return [.. at.Select(entry => (entry - mean) / deviation)];
        }
    }
}
