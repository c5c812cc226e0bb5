using Tint.Reference.Auxiliary;
using Tint.Verification.Engines;
using Tint.Verification.Tests.Support;

namespace Tint.Verification.Tests.Simulating;

public class SimulationComparisonTests
{
    public static TheoryData<string> Modules => [.. Shipped.Cases.Where(item => item.Id.EndsWith(".a", StringComparison.Ordinal)).Select(item => item.Id)];

    [Theory]
    [MemberData(nameof(Modules))]
    public void A_signal_or_weight_that_the_construction_gets_wrong_is_found_without_the_file(string id)
    {
        var writesPrefixesOnly = Shipped.Case(id).Module is "LinearDescent" or "LayerNormDescent" or "AttentionDescent";
        var altered = new AlteredEngine(
            "expected.hidden_states", 1 + 1e-6, writesPrefixesOnly ? AlteredEngine.Part.FirstPrefix : AlteredEngine.Part.Signal);
        var report = CaseRunner.Run(Shipped.Case(id), [altered], compare: true);
        var judgement = Assert.Single(report.Comparison!.Simulation, item => !item.Passed);
        Assert.Equal("altered against simulation", judgement.Engine);
        Assert.StartsWith("expected.hidden_states (", judgement.Tensor, StringComparison.Ordinal);
        Assert.Equal(CaseVerdict.Failed, report.Verdict);
    }

    [Fact]
    public void The_place_of_a_difference_is_that_in_the_whole_state()
    {
        var altered = new AlteredEngine("expected.hidden_states", 2);
        var report = CaseRunner.Run(Shipped.Case("LinearForward.a"), [altered], compare: true);
        var judgement = report.Comparison!.Simulation.Single(item => !item.Passed);
        var (position, coordinate) = (altered.Changed / 96 % 20, altered.Changed % 96);
        Assert.Equal(
            $"module LinearForward, sequence {altered.Changed / 1920}, token {position - 8}, slot {(coordinate < 24 ? "signal" : "memory x")}, coordinate {coordinate % 24}",
            $"{judgement.FirstPlace}");
    }

    [Theory]
    [InlineData("expected.logits")]
    [InlineData("expected.final_loss")]
    [InlineData("expected.trace.004.backward.layer01.hidden_states")]
    [InlineData("expected.trace.005.backward.layer00.updated_prefixes.08")]
    public void A_whole_model_s_results_states_and_updated_weights_are_compared(string tensor)
    {
        var part = tensor.EndsWith("hidden_states", StringComparison.Ordinal) ? AlteredEngine.Part.Signal : AlteredEngine.Part.All;
        var altered = new AlteredEngine(tensor, 1 + 1e-6, part);
        var report = CaseRunner.Run(Shipped.Case("TinT.gpt2.one_step"), [altered], compare: true);
        Assert.StartsWith(tensor, Assert.Single(report.Comparison!.Simulation, item => !item.Passed).Tensor, StringComparison.Ordinal);
    }

    [Fact]
    public void States_of_untraced_models_and_weights_after_several_steps_are_compared_too()
    {
        var report = CaseRunner.Run(Shipped.Case("TinT.opt.three_steps_top_layer"), [new ConstructionEngine()], compare: true);
        var tensors = report.Comparison!.Simulation.Select(judgement => judgement.Tensor).ToArray();
        Assert.Contains(tensors, tensor => tensor.EndsWith("backward.layer02.updated_prefixes.06 (updated weight)", StringComparison.Ordinal));
        Assert.Contains(tensors, tensor => tensor.EndsWith("backward.final_norm.updated_prefixes.00 (updated bias)", StringComparison.Ordinal));
        Assert.DoesNotContain(tensors, tensor => tensor.Contains("backward.layer01", StringComparison.Ordinal));
        Assert.Equal(3, tensors.Count(tensor => tensor.EndsWith("backward.final_norm.hidden_states (signal)", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_engine_without_bounds_is_left_out()
    {
        var exact = new StubEngine(_ => new Dictionary<string, ComputedTensor> { ["expected.hidden_states"] = new(new Tensor([1], [0]), null) });
        Assert.Empty(CaseRunner.Run(Shipped.Case("LinearForward.a"), [exact], compare: true).Comparison!.Simulation);
    }

    [Fact]
    public void Comparisons_are_made_when_asked_for_only() =>
        Assert.Null(CaseRunner.Run(Shipped.Case("LinearForward.a"), [new ConstructionEngine()]).Comparison);
}
