using Tint.Verification.Engines;
using Tint.Verification.Tests.Support;
using Tint.Verification.Truth;

namespace Tint.Verification.Tests.Truth;

public class ModuleTruthTests
{
    [Theory]
    [InlineData("ActivationBackward.exact_gates")]
    [InlineData("LayerNormBackward.exact_gates")]
    public void Truncation_is_told_apart_from_rounding_and_fills_a_tenth_of_its_certificate(string pattern)
    {
        var checks = Checks(Id(pattern));
        Assert.All(checks, check => Assert.True(check.Error > 100 * check.Rounding, $"{check}"));
        Assert.Contains(checks, check => check.Ratio > 0.1);
        Assert.All(checks, check => Assert.True(check.Passed));
    }

    [Fact]
    public void Attention_s_error_is_the_score_path_and_the_mask_and_nothing_else()
    {
        var checks = Checks("AttentionBackwardDescent.a").ToDictionary(check => check.Quantity);
        var (whole, identity) = (checks["gradient at x"], checks["gradient at x, score path and mask added"]);
        Assert.True(whole.Relative > 0.1);
        Assert.True(identity.Relative < 1e-6 * whole.Relative);
        Assert.Contains("updated weight", checks.Keys);
    }

    [Fact]
    public void A_gate_that_leaks_is_covered_by_its_own_certificate_and_no_leak_by_none()
    {
        var leaking = Assert.Single(Checks("LinearForward.a"));
        Assert.Equal("gate leak", leaking.Covers);
        Assert.InRange(leaking.Relative!.Value, 4e-9, 4.3e-9);
        Assert.InRange(leaking.Ratio, 0.99, 1);
    }

    [Fact]
    public void Every_module_has_a_check() => Assert.All(
        Shipped.Cases.GroupBy(item => item.Module), group => Assert.NotEmpty(Checks(group.First().Id)));

    [Fact]
    public void A_simulation_that_disagrees_with_the_truth_fails_its_certificate()
    {
        var inputs = Inputs("ActivationBackward.a", values => values * 1.01);
        Assert.False(Assert.Single(ActivationTruth.Backward(inputs)).Passed);
        Assert.True(Assert.Single(ActivationTruth.Backward(Inputs("ActivationBackward.a", values => values))).Passed);
    }

    private static string Id(string pattern)
    {
        var parts = pattern.Split('.');
        return Shipped.Cases.First(item => item.Module == parts[0] && item.Id.Contains(parts[1], StringComparison.Ordinal)).Id;
    }

    private static IReadOnlyList<CertificateCheck> Checks(string id) =>
        CaseRunner.Run(Shipped.Case(id), [new ConstructionEngine()], compare: true).Comparison!.Certificates;

    private static TruthInputs Inputs(
        string id, Func<MathNet.Numerics.LinearAlgebra.Matrix<double>, MathNet.Numerics.LinearAlgebra.Matrix<double>> alter)
    {
        var item = Shipped.Case(id);
        using var tensors = item.Open();
        var loaded = new LoadedCase(item, tensors);
        var regions = loaded.Regions.Select(region => region with { Values = [alter(region.Values[0])] }).ToArray();
        return new TruthInputs(loaded.Views[0], 0, regions, [.. regions.Select(region => new[] { 0 * region.Values[0] + 1e-9 })]);
    }
}
