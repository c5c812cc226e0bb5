using Tint.Verification.Curves;

namespace Tint.Verification.Tests.Curves;

public class ScaleCurveTests
{
    private static readonly IReadOnlyList<ScaleCurve> Activation = ActivationCurve.Measure();
    private static readonly IReadOnlyList<ScaleCurve> LayerNorm = LayerNormCurve.Measure();
    private static readonly IReadOnlyList<ScaleCurve> Scores = ScoreCurve.Measure();

    public static TheoryData<string, string> Certified => new()
    {
        { "activation", "float64" },
        { "activation", "float32" },
        { "norm", "float64" },
        { "norm", "float32" },
        { "activation", "float64, central" },
        { "activation", "float32, central" },
        { "norm", "float64, central" },
        { "norm", "float32, central" },
        { "scores", "float64" },
        { "scores", "float32" },
        { "scores", "float64, central" },
        { "scores", "float32, central" },
    };

    [Theory]
    [MemberData(nameof(Certified))]
    public void The_measured_error_stays_below_the_certificates_at_every_scale(string module, string name)
    {
        var curve = Curve(module, name);
        Assert.Equal(49, curve.Measured.Count);
        Assert.All(curve.Measured.Zip(curve.Predicted), pair => Assert.True(
            pair.First.Error <= pair.Second.Error, $"N = {pair.First.Scale:g3}: {pair.First.Error:g3} above {pair.Second.Error:g3}"));
    }

    [Theory]
    [MemberData(nameof(Certified))]
    public void The_error_falls_with_N_at_the_stencils_order_and_rises_again(string module, string name)
    {
        var curve = Curve(module, name);
        var least = curve.Measured.Min(point => point.Error);
        Assert.True(curve.Measured[0].Error > 100 * least);
        Assert.True(curve.Measured[^1].Error > 100 * least);
        var order = name.EndsWith("central", StringComparison.Ordinal) ? 2 : 1;
        Assert.InRange(curve.Measured[4].Error / curve.Measured[8].Error, Math.Pow(7, order), Math.Pow(13, order));
    }

    [Theory]
    [MemberData(nameof(Certified))]
    public void The_predicted_optimum_lies_before_the_measured_one_as_bounds_overestimate_rounding(string module, string name)
    {
        var curve = Curve(module, name);
        Assert.InRange(curve.MeasuredOptimum / curve.PredictedOptimum!.Value, 1, 30);
    }

    [Fact]
    public void Published_gates_limit_LayerNorm_where_exact_ones_do_not()
    {
        var (exact, leaking) = (LayerNorm[0], LayerNorm[^1]);
        Assert.Equal("float64, gates as published", leaking.Name);
        Assert.True(leaking.MeasuredOptimum < 1e-2 * exact.MeasuredOptimum);
        Assert.Empty(leaking.Predicted);
    }

    private static ScaleCurve Curve(string module, string name) =>
        (module switch { "activation" => Activation, "norm" => LayerNorm, _ => Scores }).Single(curve => curve.Name == name);
}
