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
        var report = CaseRunner.Run(Case(id), ReferenceEngines.All, compare: true);

        Assert.True(report.Verdict == CaseVerdict.Passed, $"{report.Problem} {report.FirstFailure}");
        Assert.Equal(report.TensorsListed, report.TensorsChecked);
        Assert.True(report.Worst!.Ratio < 0.01, $"{report.Worst.Tensor}: {report.Worst.Ratio}");
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

    private static FixtureCase Case(string id) => Manifest.Cases.Single(item => item.Id == id);
}
