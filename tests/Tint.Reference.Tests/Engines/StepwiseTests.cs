using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Exact;
using Tint.Reference.Families;
using Tint.Reference.Input;
using Tint.Reference.Simulation;
using Tint.Reference.Tests.Families;
using Tint.Reference.Tests.Helpers;
using SmallModels = Tint.Reference.Tests.Families.SmallModels;

namespace Tint.Reference.Tests.Engines;

/// <summary>A run that comes apart is the run, to the last bit.</summary>
public sealed class StepwiseTests
{
    private const double Rate = 0.01;

    private static readonly AuxiliaryWeights Weights = AuxiliaryWeights.Random(AuxiliaryConfiguration.Tiny, seed: 3);

    private static readonly TokenSequence Sequence = new() { InputIds = [3, 1, 4, 1, 5, 9, 2, 6], TrainMask = [1, 1, 0, 1, 1, 1, 0, 0] };

    private static readonly Dictionary<string, Func<TintConfiguration, TintConfiguration>> Options = new()
    {
        ["published"] = static configuration => configuration,
        ["paper"] = static configuration => configuration with { Departures = Departures.Paper },
        ["faithful"] = static configuration => configuration.Faithful(),
        ["dense norms"] = static configuration => configuration with { LayerNormBiasOnly = false },
        ["skipped attention"] = static configuration => configuration with { BackpropagateThroughAttention = false },
        ["one layer"] = static configuration => configuration with { TrainedLayers = 1 },
        ["no layer"] = static configuration => configuration with { TrainedLayers = 0 },
        ["another loss"] = static configuration => configuration with { Loss = LossKind.Quad },
    };

    public static TheoryData<string> OptionNames => [.. Options.Keys];

    public static TheoryData<string> FamilyNames => [.. SmallModels.Configurations.Keys.Where(static name => !name.StartsWith("t5", StringComparison.Ordinal) || name == "t5 of full heads")];

    [Theory]
    [MemberData(nameof(OptionNames))]
    public void Steps_one_by_one_are_the_simulations_run(string option)
    {
        foreach (var steps in new[] { 1, 3 })
        {
            var configuration = Configured(option, steps);
            Same(new SimulatedTint(configuration, Weights), new SimulatedTint(configuration with { InnerLearningRate = 7 }, Weights), Sequence);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Steps_one_by_one_are_plain_SGDs_run(int steps)
    {
        var configuration = Configured("paper", steps) with { TrainedLayers = 1 };
        Same(new ExactTint(configuration, Weights), new ExactTint(configuration with { InnerLearningRate = 7 }, Weights), Sequence);
        Same(
            new ExactTint(configuration, Weights) { TrainQueriesAndKeys = false, FollowScores = false },
            new ExactTint(configuration with { InnerLearningRate = 7 }, Weights) { TrainQueriesAndKeys = false, FollowScores = false },
            Sequence);
    }

    [Theory]
    [MemberData(nameof(FamilyNames))]
    public void So_they_are_of_every_family(string name)
    {
        var model = new SimulatedModel(name, Departures.Paper, steps: 2);
        Same(new SimulatedTint(model.Configuration, model.Weights), new SimulatedTint(model.Configuration with { InnerLearningRate = 7 }, model.Weights), model.Sequence);
        Same(
            new ExactFamilyTint(model.Configuration, model.Family, model.Weights),
            new ExactFamilyTint(model.Configuration with { InnerLearningRate = 7 }, model.Family, model.Weights),
            model.Sequence);
    }

    [Fact]
    public void The_gradient_of_all_layers_serves_a_TinT_that_trains_fewer()
    {
        var (all, one) = (new SimulatedTint(Configured("published", 1), Weights), new SimulatedTint(Configured("one layer", 1), Weights));
        var updated = one.Descend(Weights, all.Gradient(Weights, Sequence), Rate);
        Assert.Equal(one.Run(Sequence).Logits, one.Predict(updated, Sequence));
        Assert.Same(Weights.Layers[0], updated.Layers[0]);
    }

    [Theory]
    [InlineData("published")]
    [InlineData("paper")]
    [InlineData("faithful")]
    public void What_lies_behind_the_last_trained_target_moves_nothing(string option)
    {
        var engine = new SimulatedTint(Configured(option, 1), Weights);
        var whole = engine.Gradient(Weights, new TokenSequence { InputIds = Sequence.InputIds, TrainMask = [1, 1, 1, 1, 0, 0, 0, 0] });
        var beginning = engine.Gradient(Weights, new TokenSequence { InputIds = [.. Sequence.InputIds.Take(5)], TrainMask = [1, 1, 1, 1, 0] });
        Assert.Equal(AuxiliaryWeightsAlgebra.Flatten(whole), AuxiliaryWeightsAlgebra.Flatten(beginning));
    }

    [Fact]
    public void Logits_of_the_last_tokens_are_the_last_logits()
    {
        foreach (var engine in new IStepwise[] { new SimulatedTint(Configured("published", 1), Weights), new ExactTint(Configured("published", 1), Weights) })
        {
            var all = engine.Predict(Weights, Sequence);
            Assert.Equal(all.SubMatrix(5, 3, 0, all.ColumnCount), engine.Predict(Weights, Sequence, 5));
            Refusal.Of(() => engine.Predict(Weights, Sequence, 8), "one of the sequence", "8 of 8");
            Refusal.Of(() => engine.Predict(Weights with { Configuration = Weights.Configuration with { LayerCount = 1 } }, Sequence), "of the engine's model");
        }
    }

    [Fact]
    public void Another_optimiser_than_plain_SGD_is_refused()
    {
        var engine = new SimulatedTint(Configured("paper", 1) with { Optimiser = new() { Momentum = 0.5 } }, Weights);
        Refusal.Of(() => engine.Gradient(Weights, Sequence), "plain SGD", "momentum 0.5");
    }

    /// <summary>What a TinT computes has no gradient through the scores, which is what is left of an exact one without them.</summary>
    [Theory]
    [InlineData("llama grouped, biases, scaled")]
    [InlineData("gpt_neox")]
    [InlineData("gptj")]
    [InlineData("gpt_bigcode")]
    public void Exact_gradients_without_scores_are_what_a_TinT_of_the_family_approximates(string name)
    {
        var model = new SimulatedModel(name, Departures.Paper, scale: 1e6);
        var exact = new ExactFamilyTint(model.Configuration, model.Family, model.Weights) { TrainQueriesAndKeys = false, FollowScores = false };
        var simulated = new SimulatedTint(model.Configuration, model.Weights);
        var (one, other) = (exact.Run(model.Sequence).Logits, simulated.Run(model.Sequence).Logits);
        Assert.InRange((one - other).InfinityNorm() / one.InfinityNorm(), 0, 1e-5);
        Assert.True((new ExactFamilyTint(model.Configuration, model.Family, model.Weights).Run(model.Sequence).Logits - other).InfinityNorm() / one.InfinityNorm() > 1e-4);
    }

    private static TintConfiguration Configured(string option, int steps) => Options[option](TintConfiguration.For(AuxiliaryConfiguration.Tiny) with
    {
        InnerLearningRate = Rate,
        SgdSteps = steps,
    });

    /// <summary>A whole run, and its steps by an engine of another rate.</summary>
    private static void Same<T>(T engine, T stepwise, TokenSequence sequence)
        where T : TintEngine, IStepwise
    {
        var weights = engine.Weights;
        for (var step = 0; step < engine.Configuration.SgdSteps; step++)
        {
            weights = stepwise.Descend(weights, stepwise.Gradient(weights, sequence), engine.Configuration.InnerLearningRate);
        }

        var run = engine.Run(sequence);
        Assert.NotEqual(run.OriginalLogits, run.Logits);
        Assert.Equal(run.Logits, stepwise.Predict(weights, sequence));
        Assert.Equal(AuxiliaryWeightsAlgebra.Flatten(run.UpdatedWeights), AuxiliaryWeightsAlgebra.Flatten(weights));
    }
}
