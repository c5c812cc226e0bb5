using Tint.Verification.Engines;
using Tint.Verification.Reports;
using Tint.Verification.Tests.Support;

namespace Tint.Verification.Tests;

/// <summary>An expectation with one value changed by 1e-6 relative, its hash entered in the manifest, must fail.</summary>
public class TamperedCaseTests
{
    private const double Factor = 1 + 1e-6;

    [Theory]
    [InlineData("LinearForward.a", "expected.hidden_states")]
    [InlineData("LinearForward.a", "constructed.attnt_module.q_attn_head.weight")]
    [InlineData("LayerNormBackward.a.small_step", "expected.hidden_states")]
    [InlineData("AttentionForward.icl_mask.c.gelu", "expected.hidden_states")]
    [InlineData("TinT.gpt2.one_step", "expected.trace.004.backward.layer01.updated_prefixes.03")]
    [InlineData("TinT.opt.two_steps", "expected.final_loss")]
    [InlineData("TinT.opt.two_steps", "expected.true.loss")]
    [InlineData("TinT.gpt2.one_step", "expected.true.logits")]
    [InlineData("TinT.gpt2.one_step", "expected.true.grad.transformer.h.0.attn.c_attn.weight")]
    [InlineData("TinT.opt.wide", "expected.true.grad.model.decoder.embed_positions.weight")]
    public void One_value_changed_by_a_millionth_fails_its_case_and_no_other(string id, string tensor)
    {
        using var copy = new FixtureCopy(id, "ActivationForward.a");
        copy.Scale(id, tensor, Factor);
        var run = Run(copy);
        Assert.Equal((1, 1), (run.Passed, run.Failed));
        var report = run.Reports.Single(item => item.Case.Id == id);
        Assert.Equal(CaseVerdict.Failed, report.Verdict);
        Assert.Equal(tensor, report.FirstFailure!.Tensor);
        Assert.Equal(1, report.Judgements.Count(judgement => !judgement.Passed));
    }

    [Fact]
    public void However_loose_the_bound_the_ceiling_still_catches_it()
    {
        using var copy = new FixtureCopy("LinearForward.a");
        copy.Scale("LinearForward.a", "expected.hidden_states", Factor);
        var report = CaseRunner.Run(copy.Cases[0], [new FileEngine(relativeBound: 1)]);
        Assert.Equal(CaseVerdict.Failed, report.Verdict);
        Assert.Contains("above the ceiling", report.FirstFailure!.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_place_the_values_and_a_command_to_reproduce_are_told()
    {
        const string Id = "LinearForward.a";
        using var copy = new FixtureCopy(Id);
        var changed = copy.Scale(Id, "expected.hidden_states", 1.5);
        var (position, coordinate) = (changed / 96 % 20, changed % 96);
        var run = Run(copy) with { Selection = copy.Selection };
        var report = run.Reports[0];
        var lines = FailureText.Lines(report, run);
        Assert.Equal($"FAILED {Id}", lines[0]);
        Assert.Equal("  expected.hidden_states (construction): 1 of 3840 values differ by more than the bound", lines[1]);
        Assert.Equal(
            $"  first at module LinearForward, sequence {changed / 1920}, token {position - 8}, slot signal, coordinate {coordinate}", lines[2]);
        var first = report.FirstFailure!.First!;
        Assert.Equal(1.5, first.Expected / first.Got, 1e-12);
        Assert.StartsWith(FormattableString.Invariant($"  expected {first.Expected:R}, got {first.Got:R}, error "), lines[3], StringComparison.Ordinal);
        Assert.Equal($"  reproduce: tint verify --fixtures {copy.Directory} --filter {Id}", lines[4]);
    }

    private static VerificationRun Run(FixtureCopy copy) => Verifier.Run(copy.Cases, ReferenceEngines.All);
}
