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
        Assert.InRange(report.Worst!.Ratio, double.Epsilon, 1);
    }

    /// <summary>A key bias shifts all scores of a query alike: its gradient is zero but for rounding.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public void Bounds_follow_the_rounding_of_every_step_and_with_the_ceilings_leave_no_digit_in_doubt_that_rounding_does_not(string id)
    {
        foreach (var (name, computed) in Compute(Case(id)).Where(item => !item.Key.EndsWith("k_proj.bias", StringComparison.Ordinal)))
        {
            // Behind the eight blocks of T5's two passes a derived bound has grown to 4e-8; the noise beside it, three decades below any tolerance, has not.
            var (largest, bound) = (Largest(computed.Value), Largest(computed.Bound!));
            Assert.True(bound < 1e-7 * largest, $"{name}: bound {bound} for values up to {largest}");
            Assert.True(bound > 1e-16 * largest, $"{name}: bound {bound} for values up to {largest}");
            var ceiling = ErrorCeiling.Allowance * computed.Noise!(double.PositiveInfinity);
            Assert.True(ceiling < 1e-10 * largest, $"{name}: ceiling {ceiling} for values up to {largest}");
        }
    }

    [Theory]
    [InlineData("Auxiliary.llama.grouped_queries")]
    [InlineData("Auxiliary.bloom.six_heads")]
    public void Bounds_in_float32_are_as_much_wider_as_its_roundoff_is_larger(string id)
    {
        var narrow = Compute(Case(id));
        foreach (var (name, wide) in Compute(Case(id), "float32"))
        {
            // u of float32 and float64 together over that of float64 twice is 2.7e8; in float32 second orders, and numbers that repeat within their errors, add to it.
            Assert.True(Largest(wide.Bound!) / Largest(narrow[name].Bound!) is > 2.6e8 and < 3e9, $"{name}: {Largest(wide.Bound!) / Largest(narrow[name].Bound!)}");
        }
    }

    [Fact]
    public void The_step_adds_what_the_gradient_has_lost()
    {
        var computed = Compute(Case("Auxiliary.gptj"));
        Assert.True(Largest(computed["expected.true.sgd.logits"].Bound!) > Largest(computed["expected.true.logits"].Bound!));
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

    /// <summary>The bounds see a change of one part in 10⁹, which is no rounding.</summary>
    [Theory]
    [InlineData("Auxiliary.llama", "aux.model.layers.0.mlp.gate_proj.weight")]
    [InlineData("Auxiliary.t5", "aux.encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight")]
    public void A_gradient_that_differs_in_the_ninth_digit_is_seen(string id, string input)
    {
        var fixture = Case(id);
        using var tensors = fixture.Open();
        var computed = Compute(fixture);
        var name = $"{CaseTensors.TruePrefix}grad.{input["aux.".Length..]}";
        var (expected, answer) = (CaseTensors.Read(tensors, name), computed[name]);
        var scaled = new Tensor(answer.Value.Shape, [.. answer.Value.Values.ToArray().Select(value => value * (1 + 1e-9))]);

        Assert.True(Passes(answer));
        Assert.False(Passes(answer with { Value = scaled }));

        bool Passes(ComputedTensor given)
        {
            var ceiling = ErrorCeiling.Of(fixture, expected, given);
            return TensorJudge.Judge(name, "exact", expected, given, ceiling.Relative, ceiling.LeastScale).Passed;
        }
    }

    private static double Largest(Tensor tensor) => tensor.Values.ToArray().Max(Math.Abs);

    private static IReadOnlyDictionary<string, ComputedTensor> Compute(FixtureCase fixture, string type = "float64")
    {
        using var tensors = fixture.Open();
        return new FamilyEngine().Compute(fixture with { DataType = type }, tensors);
    }

    private static FixtureCase Case(string id) => Manifest.Cases.Single(item => item.Id == id);
}
