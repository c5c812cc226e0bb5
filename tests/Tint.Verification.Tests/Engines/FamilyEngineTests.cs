using Tint.Fixtures;
using Tint.Reference.Auxiliary;
using Tint.Verification.Engines;
using Tint.Verification.Judging;

namespace Tint.Verification.Tests.Engines;

public class FamilyEngineTests
{
    private static readonly FixtureManifest Manifest =
        FixtureManifest.Load(Path.Combine(FixtureLocator.FindShipped(), FixtureLocator.AuxiliaryFolder));

    public static TheoryData<string> Ids => [.. Manifest.Cases.Select(item => item.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Logits_gradients_and_a_step_are_autograds(string id)
    {
        var report = CaseRunner.Run(Case(id), ReferenceEngines.All, compare: false);

        Assert.True(report.Verdict == CaseVerdict.Passed, $"{report.Problem} {report.FirstFailure}");
        Assert.Equal(report.TensorsListed, report.TensorsChecked);
        Assert.True(report.Worst!.Ratio < 0.01, $"{report.Worst.Tensor}: {report.Worst.Ratio}");
    }

    /// <summary>In its TinT, every signal and everything that descents write, of every block and of what lies behind; and every certificate that there is.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public void A_case_s_model_is_in_a_TinT_whose_construction_is_its_closed_form_within_rounding_and_the_truth_within_its_certificate(string id)
    {
        var report = CaseRunner.Run(Case(id), ReferenceEngines.All, compare: true);
        var comparison = report.Comparison!;

        Assert.Null(report.NotSimulated);
        Assert.All(comparison.Simulation, judgement => Assert.True(judgement.Passed, $"{judgement.Tensor}: {judgement.Problem}"));
        Assert.Contains(comparison.Simulation, judgement => judgement.Tensor == "expected.logits" && judgement.Ratio > 0);
        Assert.Contains(comparison.Simulation, judgement => judgement.Tensor.Contains("backward.layer00.updated_prefixes", StringComparison.Ordinal) && judgement.Ratio > 0);
        Assert.All(comparison.Certificates, check => Assert.True(check.Passed, $"{check.Quantity}: {check.Ratio}"));
        Assert.Contains(comparison.Certificates, check => check.Quantity == "layer 0 mlp.outer.weight" && check.Error > 0);
        Assert.All(comparison.Updates.Where(update => update.Layer is not null), update => Assert.InRange(update.Cosine!.Value, 0.05, 1));
    }

    /// <summary>The acceptance level sees a change of one part in 10⁹, which is no rounding.</summary>
    [Theory]
    [InlineData("Auxiliary.llama", "aux.model.layers.0.mlp.gate_proj.weight")]
    [InlineData("Auxiliary.t5", "aux.encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight")]
    public void A_gradient_that_differs_in_the_ninth_digit_is_seen(string id, string input)
    {
        var fixture = Case(id);
        using var tensors = fixture.Open();
        var computed = new FamilyEngine().Compute(fixture, tensors);
        var name = $"{CaseTensors.TruePrefix}grad.{input["aux.".Length..]}";
        var (expected, answer) = (CaseTensors.Read(tensors, name), computed[name]);
        var scaled = new Tensor(answer.Value.Shape, [.. answer.Value.Values.ToArray().Select(value => value * (1 + 1e-9))]);

        Assert.True(TensorJudge.Judge(name, "exact", expected, answer, null).Passed);
        Assert.False(TensorJudge.Judge(name, "exact", expected, answer with { Value = scaled }, null).Passed);
    }

    /// <summary>A key bias shifts all scores of a query alike; what autograd leaves of its gradient is rounding, and another's rounding is no error.</summary>
    [Fact]
    public void A_gradient_that_is_zero_but_for_rounding_may_be_off_by_the_rounding_of_the_model_s_largest_gradient()
    {
        const string keyBias = $"{CaseTensors.TruePrefix}grad.model.decoder.layers.0.self_attn.k_proj.bias";
        var fixture = Case("Auxiliary.opt.post_norm");
        using var tensors = fixture.Open();
        var answer = new FamilyEngine().Compute(fixture, tensors);
        var expected = CaseTensors.Read(tensors, keyBias);
        var largest = answer.Where(tensor => tensor.Key.Contains("grad.", StringComparison.Ordinal)).Max(tensor => tensor.Value.Value.Values.ToArray().Max(Math.Abs));

        Assert.InRange(expected.Values.ToArray().Max(Math.Abs), 1e-19, 1e-15);
        Assert.True(Judge(0.5).Passed);
        Assert.False(Judge(2).Passed);

        TensorJudgement Judge(double share)
        {
            var shifted = new Tensor(expected.Shape, [.. expected.Values.ToArray().Select(value => value + (share * FamilyEngine.Rounding * largest))]);
            return TensorJudge.Judge(keyBias, "exact", expected, answer[keyBias] with { Value = shifted }, null);
        }
    }

    private static FixtureCase Case(string id) => Manifest.Cases.Single(item => item.Id == id);
}
