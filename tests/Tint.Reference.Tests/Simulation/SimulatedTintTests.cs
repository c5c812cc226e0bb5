using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Reference.Tests.Simulation;

public sealed class SimulatedTintTests
{
    private static readonly Departures ExactGates = Departures.Published with { GateLeak = false };

    public static TheoryData<string> Variants => new(Configurations.Keys);

    private static IReadOnlyDictionary<string, Func<TintConfiguration, TintConfiguration>> Configurations { get; } =
        new Dictionary<string, Func<TintConfiguration, TintConfiguration>>
        {
            ["published"] = c => c,
            ["paper"] = c => c with { Departures = Departures.Paper },
            ["LayerNorm weights, dense"] = c => c with { LayerNormBiasOnly = false },
            ["LayerNorm weights, diagonal"] = c => c with { LayerNormBiasOnly = false, Departures = Departures.Paper },
            ["strong leak"] = c => c with { GateScale = 1.5, LayerNormBiasOnly = false, FiniteDifferenceScale = 10 },
            ["no attention backward"] = c => c with { BackpropagateThroughAttention = false },
            ["top layer"] = c => c with { TrainedLayers = 1 },
            ["quadratic loss"] = c => c with { Loss = LossKind.Quad, InnerLearningRate = 1e-3 },
            ["mean embedding loss"] = c => c with { Loss = LossKind.MeanEmbedding },
            ["relu"] = c => c with { Auxiliary = c.Auxiliary with { Activation = ActivationKind.Relu } },
        };

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_weight_is_the_old_one_less_eta_times_the_recorded_gradient_behind_its_gates(string variant)
    {
        var model = new RandomModel(1);
        var configuration = Configurations[variant](model.Configuration);
        var weights = model.Weights() with { Configuration = configuration.Auxiliary };
        var result = new SimulatedTint(configuration, weights) { RecordGradients = true }.Run(model.Sequence());
        var gradient = ParameterList.Of(Assert.Single(result.Gradients));
        var updated = ParameterList.Of(result.UpdatedWeights);
        double rho = SimulatedGate.Factor(configuration), eta = configuration.InnerLearningRate;
        foreach (var (name, old) in ParameterList.Of(weights))
        {
            var trained = IsTrained(name, configuration);
            var arrived = name.Contains("value", StringComparison.Ordinal) && configuration.BackpropagateThroughAttention ? rho : 1;
            var expected = trained ? rho * ((arrived * old) - (eta * gradient[name])) : old;
            var bound = Rounding.Bound(4, expected.Enumerate().Max(Math.Abs) + gradient[name].Enumerate().Max(Math.Abs));
            Rounding.Expect(name, expected, updated[name], bound);
            if (!trained)
            {
                Assert.Equal(0, gradient[name].Enumerate().Max(Math.Abs));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Two_steps_are_one_step_twice(string variant)
    {
        var model = new RandomModel(2);
        var configuration = Configurations[variant](model.Configuration);
        var weights = model.Weights() with { Configuration = configuration.Auxiliary };
        var sequence = model.Sequence();
        var once = new SimulatedTint(configuration, weights).Run(sequence);
        var again = new SimulatedTint(configuration, once.UpdatedWeights).Run(sequence);
        var twice = new SimulatedTint(configuration with { SgdSteps = 2 }, weights).Run(sequence);
        ParameterList.AssertSame(again.UpdatedWeights, twice.UpdatedWeights);
        Assert.Equal(again.Logits, twice.Logits);
        Assert.Equal(once.Logits, again.OriginalLogits);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Training_raises_the_likelihood_of_what_was_trained_on_under_cross_entropy_and_changes_it_under_any_loss(string variant)
    {
        var model = new RandomModel(3);
        var configuration = Configurations[variant](model.Configuration) with { InnerLearningRate = 1e-3 };
        var weights = model.Weights() with { Configuration = configuration.Auxiliary };
        var sequence = model.Sequence() with { TrainMask = [1, 1, 1, 1, 1, 1, 1] };
        var result = new SimulatedTint(configuration, weights).Run(sequence with { Labels = sequence.InputIds });
        var gain = result.OriginalLossSum.Sum - result.FinalLossSum.Sum;
        Assert.NotEqual(0, gain);
        if (configuration.Loss == LossKind.CrossEntropy && configuration.GateScale >= 10)
        {
            Assert.True(gain > 0, $"gain {gain}");
        }
    }

    [Fact]
    public void Without_steps_nothing_changes()
    {
        var model = new RandomModel(4);
        var weights = model.Weights();
        var result = new SimulatedTint(model.Configuration with { SgdSteps = 0 }, weights).Run(model.Sequence());
        Assert.Same(result.OriginalLogits, result.Logits);
        ParameterList.AssertSame(weights, result.UpdatedWeights);
        Assert.Equal(result.OriginalLoss, result.FinalLoss);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.01, 0)]
    public void With_exact_gates_a_zero_rate_or_an_empty_mask_changes_nothing(double rate, double mask)
    {
        var model = new RandomModel(5);
        var weights = model.Weights();
        var configuration = model.Configuration with { InnerLearningRate = rate, Departures = ExactGates, LayerNormBiasOnly = false };
        var sequence = model.Sequence() with { TrainMask = [.. Enumerable.Repeat(mask, 7)] };
        var result = new SimulatedTint(configuration, weights).Run(sequence);
        ParameterList.AssertSame(weights, result.UpdatedWeights);
        Assert.Equal(result.OriginalLogits, result.Logits);
    }

    [Fact]
    public void Gates_of_a_scale_of_fifty_are_exact_gates()
    {
        var model = new RandomModel(6);
        var (weights, sequence) = (model.Weights(), model.Sequence());
        var saturated = new SimulatedTint(model.Configuration with { GateScale = 50 }, weights).Run(sequence);
        var exact = new SimulatedTint(model.Configuration with { Departures = ExactGates }, weights).Run(sequence);
        Assert.Equal(saturated.Logits, exact.Logits);
    }

    [Fact]
    public void Restricted_prefixes_and_shared_blocks_change_no_result()
    {
        var model = new RandomModel(7);
        var (weights, sequence) = (model.Weights(), model.Sequence());
        var first = new SimulatedTint(model.Configuration, weights).Run(sequence);
        var second = new SimulatedTint(model.Configuration with { RestrictPrefixes = false, ShareBlocks = false }, weights).Run(sequence);
        Assert.Equal(first.Logits, second.Logits);
    }

    [Fact]
    public void The_output_bias_of_the_MLP_learns_once_a_chunk()
    {
        var model = new RandomModel(8);
        var (weights, sequence, chunks) = (model.Weights(), model.Sequence(), model.Configuration.Auxiliary.MlpChunkCount);
        var once = Gradient(Departures.Published with { MlpBiasLearntPerChunk = false });
        var perChunk = Gradient(Departures.Published);
        Assert.Equal(once.Layers[1].Outer.Bias * chunks, perChunk.Layers[1].Outer.Bias);
        Assert.Equal(once.Layers[1].Outer.Weight, perChunk.Layers[1].Outer.Weight);
        Assert.Equal(once.Layers[0].AttentionNorm.Bias, perChunk.Layers[0].AttentionNorm.Bias);

        AuxiliaryWeights Gradient(Departures departures) =>
            new SimulatedTint(model.Configuration with { Departures = departures }, weights) { RecordGradients = true }
                .Run(sequence).Gradients[0];
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void The_last_positions_gradient_matters_only_if_the_last_token_is_trained_on(double lastMask, bool same)
    {
        var model = new RandomModel(9);
        var (weights, sequence) = (model.Weights(), model.Sequence(lastMask));
        var unmasked = new SimulatedTint(model.Configuration, weights).Run(sequence);
        var masked = new SimulatedTint(
            model.Configuration with { Departures = Departures.Published with { LastPositionUnmasked = false } }, weights).Run(sequence);
        Assert.Equal(same, unmasked.Logits.Equals(masked.Logits));
    }

    [Fact]
    public void A_trained_gamma_becomes_dense_or_stays_diagonal_with_the_same_diagonal_after_one_step()
    {
        var model = new RandomModel(10);
        var (weights, sequence) = (model.Weights(), model.Sequence());
        var configuration = model.Configuration with { LayerNormBiasOnly = false };
        var dense = new SimulatedTint(configuration, weights).Run(sequence).UpdatedWeights.FinalNorm;
        var diagonal = new SimulatedTint(
            configuration with { Departures = Departures.Published with { DenseLayerNormDescent = false } }, weights)
            .Run(sequence).UpdatedWeights.FinalNorm;
        Assert.Null(diagonal.Dense);
        Assert.NotNull(dense.Dense);
        Assert.Equal(dense.Dense.Diagonal(), dense.Weight);
        Rounding.Expect("γ", diagonal.Weight.ToRowMatrix(), dense.Weight.ToRowMatrix(), Rounding.Bound(7, diagonal.Weight.AbsoluteMaximum()));
        Assert.True((dense.Dense - Matrix<double>.Build.DenseOfDiagonalVector(dense.Weight)).FrobeniusNorm() > 1e-3);
    }

    [Fact]
    public void With_no_trained_block_the_final_norm_alone_learns_and_all_else_is_shared()
    {
        var model = new RandomModel(11);
        var weights = model.Weights();
        var result = new SimulatedTint(model.Configuration with { TrainedLayers = 0, SgdSteps = 2 }, weights).Run(model.Sequence());
        Assert.All(weights.Layers.Zip(result.UpdatedWeights.Layers), pair => Assert.Same(pair.First, pair.Second));
        Assert.Same(weights.TokenEmbedding, result.UpdatedWeights.TokenEmbedding);
        Assert.NotEqual(weights.FinalNorm.Bias, result.UpdatedWeights.FinalNorm.Bias);
        Assert.NotEqual(result.OriginalLogits, result.Logits);
    }

    [Fact]
    public void Query_and_key_layers_are_shared_with_the_weights_that_went_in()
    {
        var model = new RandomModel(12);
        var weights = model.Weights();
        var layer = new SimulatedTint(model.Configuration, weights).Run(model.Sequence()).UpdatedWeights.Layers[1];
        Assert.Same(weights.Layers[1].Query, layer.Query);
        Assert.Same(weights.Layers[1].Key, layer.Key);
    }

    [Fact]
    public void A_batch_is_its_sequences_alone_with_losses_pooled_over_labels()
    {
        var model = new RandomModel(13);
        var tint = new SimulatedTint(model.Configuration, model.Weights());
        var unlabelled = model.Sequence() with { Labels = null };
        TokenSequence[] sequences = [model.Sequence(), unlabelled, model.Sequence() with { InputIds = [1, 2], TrainMask = [1, 1], Labels = [0, 3] }];
        var batch = tint.Run(sequences);
        var alone = sequences.Select(tint.Run).ToArray();
        for (var b = 0; b < sequences.Length; b++)
        {
            Assert.Equal(alone[b].Logits, batch.Sequences[b].Logits);
        }

        Assert.Null(batch.Sequences[1].FinalLoss);
        Assert.Equal((5, 1), (alone[0].FinalLossSum.Count, alone[2].FinalLossSum.Count));
        Assert.Equal((alone[0].FinalLossSum.Sum + alone[2].FinalLossSum.Sum) / 6, batch.FinalLoss!.Value, 1e-15);
        Assert.Null(tint.Run([unlabelled]).FinalLoss);
    }

    [Fact]
    public void An_icl_mask_of_ones_is_no_mask_and_one_of_the_diagonal_confines_tokens_to_themselves()
    {
        var model = new RandomModel(14);
        var tint = new SimulatedTint(model.Configuration with { SgdSteps = 0 }, model.Weights());
        var sequence = model.Sequence();
        Assert.Equal(tint.Run(sequence).Logits, tint.Run(sequence with { IclMask = Matrix<double>.Build.Dense(7, 7, 1) }).Logits);
        var confined = tint.Run(sequence with { IclMask = Matrix<double>.Build.DenseIdentity(7) }).Logits;
        var other = sequence with { InputIds = [.. sequence.InputIds.Select((id, t) => t == 0 ? (id + 1) % 17 : id)] };
        var changed = tint.Run(other with { IclMask = Matrix<double>.Build.DenseIdentity(7) }).Logits;
        Assert.Equal(confined.RemoveRow(0), changed.RemoveRow(0));
        Assert.NotEqual(confined.Row(0), changed.Row(0));
    }

    [Fact]
    public void Recorded_states_and_gradients_are_absent_unless_asked_for()
    {
        var model = new RandomModel(15);
        var result = new SimulatedTint(model.Configuration, model.Weights()).Run(model.Sequence());
        Assert.Empty(result.Trace);
        Assert.Empty(result.Gradients);
    }

    [Fact]
    public void Rejects_weights_of_another_model()
    {
        var model = new RandomModel(16);
        var other = model.Configuration with { Auxiliary = model.Configuration.Auxiliary with { LayerNormEpsilon = 1e-6 } };
        var error = Assert.Throws<RuleViolationException>(() => new SimulatedTint(other, model.Weights()));
        Assert.Contains("auxiliary model", error.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void Rejects_an_inadmissible_shape()
    {
        var model = new RandomModel(17);
        Assert.Throws<RuleViolationException>(() => new SimulatedTint(model.Configuration with { PrefixCount = 5 }, model.Weights()));
    }

    [Fact]
    public void Rejects_weights_that_are_not_finite()
    {
        var model = new RandomModel(18);
        var weights = model.Weights();
        weights.Layers[0].Inner.Weight[0, 0] = double.NaN;
        Assert.Throws<RuleViolationException>(() => new SimulatedTint(model.Configuration, weights));
    }

    [Fact]
    public void Rejects_a_bad_sequence_alone_and_in_a_batch()
    {
        var model = new RandomModel(19);
        var tint = new SimulatedTint(model.Configuration, model.Weights());
        var bad = model.Sequence() with { TrainMask = [1] };
        Assert.Throws<RuleViolationException>(() => tint.Run(bad));
        Assert.Throws<RuleViolationException>(() => tint.Run([model.Sequence(), bad]));
    }

    [Fact]
    public void Says_so_when_training_leaves_the_finite_numbers_alone_and_in_a_batch()
    {
        var model = new RandomModel(20);
        var tint = new SimulatedTint(model.Configuration with { InnerLearningRate = 1e300, SgdSteps = 2 }, model.Weights());
        var error = Assert.Throws<RuleViolationException>(() => tint.Run(model.Sequence()));
        Assert.Contains("finite", error.Rule, StringComparison.Ordinal);
        Assert.Throws<RuleViolationException>(() => tint.Run([model.Sequence(), model.Sequence()]));
    }

    private static bool IsTrained(string name, TintConfiguration configuration)
    {
        var lowest = configuration.Auxiliary.LayerCount - configuration.TrainedLayers;
        return name.StartsWith("final norm", StringComparison.Ordinal)
            || (char.IsDigit(name[0]) && name[0] - '0' >= lowest
                && !name.Contains("query", StringComparison.Ordinal) && !name.Contains("key", StringComparison.Ordinal));
    }
}
