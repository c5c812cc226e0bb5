using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Engines;
using Tint.Verification.Benchmarks;

namespace Tint.Verification.Tests.Benchmarks;

public class StepBenchTests
{
    [Theory]
    [InlineData(BenchEngine.Construction)]
    [InlineData(BenchEngine.Simulation)]
    [InlineData(BenchEngine.Exact)]
    public void Every_pass_is_timed_and_counted(BenchEngine engine)
    {
        var input = BenchInput.Of(engine, "tiny", layers: 3);
        var stages = new List<PassStage>();
        var result = StepBench.Run(input, stages.Add, CancellationToken.None);
        string[] names = [StageNames.Forward, StageNames.Head, StageNames.LossGradient, StageNames.Backward, StageNames.ForwardAgain, StageNames.HeadAgain];
        Assert.Equal(names.Where(name => engine != BenchEngine.Exact || name != StageNames.LossGradient), result.Passes.Select(pass => pass.Name));
        Assert.Equal(StepBench.StageCount(input.Engine, input.Configuration), stages.Count);
        Assert.Equal(stages.Count, result.Passes.Sum(pass => pass.Calls));
        Assert.Equal(result.Flops, result.Passes.Sum(pass => pass.Flops));
        Assert.All(result.Passes, pass => Assert.True(pass.Seconds >= 0 && pass.CpuSeconds >= 0 && pass.Flops > 0));
        Assert.True(result.Seconds > 0 && result.PeakFlopsPerSecond > 1e6 && result.PeakBytes > 1e6);
        Assert.Equal(result.Flops, result.LowerBoundSeconds * result.PeakFlopsPerSecond, result.Flops * 1e-12);
    }

    [Theory]
    [InlineData(BenchEngine.Construction, false)]
    [InlineData(BenchEngine.Simulation, false)]
    [InlineData(BenchEngine.Exact, false)]
    [InlineData(BenchEngine.Construction, true)]
    [InlineData(BenchEngine.Simulation, true)]
    public void The_calls_of_the_modules_add_up_to_the_operations_of_the_step(BenchEngine engine, bool isFaithful)
    {
        // The score path needs heads that are twice as wide.
        var wide = BenchShapes.Of("tiny", 3) with { HeadCount = 4 };
        var input = BenchInput.Of(engine, isFaithful ? wide.Faithful() : BenchShapes.Of("tiny", 3), tokens: 9);
        var modules = ModuleBench.Of(input);
        var flops = new FlopCount(input.Configuration, input.Sequence);
        var step = engine == BenchEngine.Exact ? flops.ExactStep : flops.Step;

        // Where the module computes logits of its own, the step has them already.
        var twice = modules.Any(module => module.Name.EndsWith("with head", StringComparison.Ordinal))
            ? engine == BenchEngine.Exact ? flops.ExactLossGradient / 2 : flops.Head
            : 0;
        Assert.Equal(step, modules.Sum(module => module.Calls * module.Flops) - twice);
        Assert.Equal(modules.Count, StepBench.Modules(input, CancellationToken.None).Count);
    }

    [Fact]
    public void Weights_and_tokens_follow_from_the_seed()
    {
        var (first, again, other) = (
            BenchInput.Of(BenchEngine.Exact, "tiny", seed: 3), BenchInput.Of(BenchEngine.Exact, "tiny", seed: 3), BenchInput.Of(BenchEngine.Exact, "tiny", seed: 4));
        Assert.Equal(first.Weights.TokenEmbedding, again.Weights.TokenEmbedding);
        Assert.Equal(first.Sequence.InputIds, again.Sequence.InputIds);
        Assert.NotEqual(first.Weights.TokenEmbedding, other.Weights.TokenEmbedding);
        Assert.Equal(8, first.Sequence.TrainMask.Sum());
    }

    /// <summary>Every layer has numbers of its own.</summary>
    [Fact]
    public void Streamed_weights_are_the_same_numbers()
    {
        var (streamed, inMemory) = (
            BenchInput.Of(BenchEngine.Simulation, "tiny", seed: 3, streamed: true), BenchInput.Of(BenchEngine.Simulation, "tiny", seed: 3));
        Assert.IsType<StreamedLayers>(streamed.Weights.Layers);
        Assert.IsNotType<StreamedLayers>(inMemory.Weights.Layers);
        Assert.Equal(inMemory.Weights.Layers, streamed.Weights.Layers.ToArray());
        Assert.NotEqual(streamed.Weights.Layers[0].Query.Weight, streamed.Weights.Layers[1].Query.Weight);
        Assert.NotSame(streamed.Weights.Layers[0], streamed.Weights.Layers[0]);
        Assert.Equal(AuxiliaryWeights.Random(inMemory.Configuration.Auxiliary, seed: 3).TokenEmbedding, streamed.Weights.TokenEmbedding);
    }

    [Theory]
    [InlineData(BenchEngine.Construction)]
    [InlineData(BenchEngine.Simulation)]
    public void Every_place_can_be_timed_and_a_scratch_file_holds_what_is_put_there(BenchEngine engine)
    {
        foreach (var place in BenchStorage.Places)
        {
            using var storage = new BenchStorage(place, place, null);
            var input = BenchInput.Of(engine, "tiny", streamed: true, storage: storage);
            Assert.Equal(StepBench.StageCount(input.Engine, input.Configuration), StepBench.Run(input, null, CancellationToken.None).Passes.Sum(pass => pass.Calls));
            Assert.Equal(place.StartsWith("file", StringComparison.Ordinal), storage.ScratchBytes > 0);
        }
    }

    [Fact]
    public void All_layers_of_a_shape_are_trained()
    {
        Assert.All(BenchShapes.Names, name => Assert.Equal(BenchShapes.Of(name).Auxiliary.LayerCount, BenchShapes.Of(name).TrainedLayers));
        Assert.Equal((5, 5), (BenchShapes.Of("opt-125m", 5).Auxiliary.LayerCount, BenchShapes.Of("opt-125m", 5).TrainedLayers));
    }

    [Fact]
    public void A_run_that_is_cancelled_ends()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => StepBench.Run(BenchInput.Of(BenchEngine.Simulation, "tiny"), null, source.Token));
        using var later = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => StepBench.Run(
            BenchInput.Of(BenchEngine.Construction, "tiny"), stage => later.Cancel(), later.Token));
    }

    [Fact]
    public void Only_a_device_runs_the_simulation_on_a_device()
    {
        var input = BenchInput.Of(BenchEngine.DeviceSimulation, "tiny");
        Assert.Throws<RuleViolationException>(() => StepBench.Run(input, null, CancellationToken.None));
        Assert.Empty(StepBench.Modules(input, CancellationToken.None));
        Assert.Equal(BenchEngine.DeviceSimulation, BenchEngines.Parse("device-simulation"));
    }

    [Fact]
    public void Unknown_names_and_lengths_that_do_not_fit_are_refused()
    {
        Assert.Throws<RuleViolationException>(() => BenchShapes.Of("huge"));
        Assert.Throws<RuleViolationException>(() => BenchEngines.Parse("magic"));
        Assert.Throws<RuleViolationException>(() => BenchInput.Of(BenchEngine.Exact, "tiny", tokens: 17));
        Assert.Throws<RuleViolationException>(() => BenchInput.Of(BenchEngine.Exact, "tiny", tokens: 1));
        Assert.Throws<RuleViolationException>(() => BenchInput.Of(BenchEngine.Exact, "tiny", layers: 0));
        Assert.Throws<RuleViolationException>(() => BenchInput.Of(BenchEngine.Exact, "tiny", streamed: true));
        Assert.Throws<RuleViolationException>(() => BenchInput.Of(BenchEngine.DeviceSimulation, "tiny", streamed: true));
        using var rounded = new BenchStorage("memory", "float32", null);
        Assert.Throws<RuleViolationException>(() => BenchInput.Of(BenchEngine.Exact, "tiny", storage: rounded));
        Assert.Throws<RuleViolationException>(() => new BenchStorage("file", "nowhere", null));
    }
}
