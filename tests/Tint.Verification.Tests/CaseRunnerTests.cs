using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Verification.Engines;
using Tint.Verification.Tests.Support;

namespace Tint.Verification.Tests;

public class CaseRunnerTests
{
    private const string Id = "LinearForward.a";

    [Fact]
    public void Passes_a_case_whose_every_tensor_agrees()
    {
        var report = CaseRunner.Run(Shipped.Case(Id), [new FileEngine()]);
        Assert.Equal(CaseVerdict.Passed, report.Verdict);
        Assert.Equal((27, 27), (report.TensorsChecked, report.TensorsListed));
        Assert.Equal(0, report.Worst!.Ratio);
        Assert.Null(report.Problem);
        Assert.Null(report.FirstFailure);
    }

    [Fact]
    public void A_listed_tensor_that_no_engine_returns_is_an_error()
    {
        var report = CaseRunner.Run(Shipped.Case(Id), [new FileEngine(answersFor: name => !name.Contains("gates", StringComparison.Ordinal))]);
        Assert.Equal(CaseVerdict.Error, report.Verdict);
        Assert.Equal("no engine computes 'constructed.gates.old_v.weight' and 3 other tensors of the case", report.Problem);
        Assert.Equal(23, report.TensorsChecked);
    }

    [Fact]
    public void A_case_of_which_no_value_is_compared_is_an_error()
    {
        var report = CaseRunner.Run(Shipped.Case(Id), [new UnreadEngine(new FileEngine())]);
        Assert.Equal((CaseVerdict.Error, "no value of the case was compared: nobody reads it"), (report.Verdict, report.Problem));
        Assert.Equal(0, report.TensorsChecked);
    }

    [Fact]
    public void What_autograd_says_is_not_due_while_no_engine_answers_for_it()
    {
        var report = CaseRunner.Run(Shipped.Case("TinT.gpt2.no_training"), [new FileEngine(answersFor: name => !IsTrue(name))]);
        Assert.Equal(CaseVerdict.Passed, report.Verdict);
        Assert.Equal(4, report.TensorsChecked);
        Assert.True(report.TensorsListed > 30);
    }

    [Fact]
    public void What_autograd_says_is_due_in_full_once_an_engine_answers_for_part_of_it()
    {
        var report = CaseRunner.Run(
            Shipped.Case("TinT.gpt2.no_training"),
            [new FileEngine(answersFor: name => !IsTrue(name)), new FileEngine(answersFor: name => name == "expected.true.loss")]);
        Assert.Equal(CaseVerdict.Error, report.Verdict);
        Assert.StartsWith("no engine computes 'expected.true.logits'", report.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_engines_answer_each_for_the_tensors_that_they_return()
    {
        var report = CaseRunner.Run(
            Shipped.Case("TinT.gpt2.no_training"), [new FileEngine(answersFor: name => !IsTrue(name)), new FileEngine(answersFor: IsTrue)]);
        Assert.Equal(CaseVerdict.Passed, report.Verdict);
        Assert.Equal(report.TensorsListed, report.TensorsChecked);
    }

    [Fact]
    public void An_engine_that_disagrees_fails_the_case_though_another_agrees()
    {
        var wrong = new StubEngine(_ => new Dictionary<string, ComputedTensor>
        {
            ["expected.hidden_states"] = new(new Tensor([1], [0]), null),
        });
        var report = CaseRunner.Run(Shipped.Case(Id), [new FileEngine(), wrong]);
        Assert.Equal(CaseVerdict.Failed, report.Verdict);
        Assert.Equal(("stub", "the shape is [1], expected [2 × 20 × 96]"), (report.FirstFailure!.Engine, report.FirstFailure.Problem));
        Assert.Equal(27, report.TensorsChecked);
    }

    [Fact]
    public void An_engine_that_answers_nothing_is_an_error_and_names_the_first_tensor() => Assert.Equal(
        "no engine computes 'expected.hidden_states'",
        CaseRunner.Run(Shipped.Case("AttentionDescent.a"), [new StubEngine(_ => new Dictionary<string, ComputedTensor>())]).Problem);

    [Fact]
    public void A_case_that_breaks_a_rule_is_an_error_with_the_rule_in_one_line()
    {
        var report = CaseRunner.Run(Shipped.Case(Id), [new StubEngine(_ => throw new RuleViolationException("a rule", "this", "that"))]);
        Assert.Equal((CaseVerdict.Error, "a rule; got this; that"), (report.Verdict, report.Problem));
    }

    [Fact]
    public void An_engine_that_breaks_down_is_an_error_in_one_line()
    {
        var report = CaseRunner.Run(Shipped.Case(Id), [new StubEngine(_ => throw new InvalidOperationException("first\nsecond"))]);
        Assert.Equal(CaseVerdict.Error, report.Verdict);
        Assert.Equal($"{typeof(CaseRunnerTests).FullName}.{nameof(An_engine_that_breaks_down_is_an_error_in_one_line)} failed: first second", report.Problem);
    }

    [Fact]
    public void A_file_that_is_not_the_listed_one_is_an_error()
    {
        using var copy = new FixtureCopy(Id);
        File.WriteAllBytes(copy.FileOf(Id), [1, 2, 3]);
        var report = CaseRunner.Run(copy.Cases[0], [new FileEngine()]);
        Assert.Equal(CaseVerdict.Error, report.Verdict);
        Assert.DoesNotContain('\n', report.Problem!);
    }

    [Fact]
    public void Traced_states_are_judged_in_the_order_in_which_they_arise_and_before_results()
    {
        var names = CaseTensors.InOrder(Shipped.Case("TinT.gpt2.one_step"));
        Assert.Equal("expected.trace.000.forward.layer00.hidden_states", names[0]);
        var traces = names.TakeWhile(name => name.Contains(".trace.", StringComparison.Ordinal)).ToArray();
        Assert.Equal(46, traces.Length);
        Assert.Equal(traces.Select(name => name[..18]).Order(StringComparer.Ordinal), traces.Select(name => name[..18]));
        Assert.DoesNotContain(names.Skip(traces.Length), name => name.Contains(".trace.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_tensor_that_nothing_reads_is_compared_in_shape_and_counted_apart()
    {
        const string Reason = "multiplied by zero";
        ComputedTensor Unread(int length) => new(new Tensor([length], new double[length]), null) { Unread = Reason };
        CaseReport Run(int length) => CaseRunner.Run(Shipped.Case(Id), [
            new FileEngine(answersFor: name => name != "constructed.attnt_module.p_attn.bias"),
            new StubEngine(_ => new Dictionary<string, ComputedTensor> { ["constructed.attnt_module.p_attn.bias"] = Unread(length) })]);
        var report = Run(24);
        Assert.Equal(CaseVerdict.Passed, report.Verdict);
        Assert.Equal(26, report.TensorsChecked);
        Assert.Equal([Reason], report.Unread);
        Assert.Equal(CaseVerdict.Failed, Run(23).Verdict);
    }

    private static bool IsTrue(string name) => name.StartsWith(CaseTensors.TruePrefix, StringComparison.Ordinal);
}
