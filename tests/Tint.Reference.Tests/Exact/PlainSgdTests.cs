using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Input;

namespace Tint.Reference.Tests.Exact;

public sealed class PlainSgdTests
{
    private static readonly AuxiliaryConfiguration Configuration = RandomModels.Configuration(layers: 3);
    private static readonly AuxiliaryWeights Weights = RandomModels.Weights(Configuration, seed: 71);
    private static readonly TokenSequence Sequence = RandomModels.Sequence(Configuration, 8, seed: 72);
    private static readonly PlainSgdOptions Options = new() { LearningRate = 1e-3, TrainedLayers = 3 };

    [Fact]
    public void A_step_subtracts_eta_times_the_gradient_of_every_trained_block()
    {
        var options = Options with { LayerNormBiasOnly = false, TrainEmbeddings = true };
        var (loss, gradient) = ExactModel.Gradient(Weights, [Sequence], LossKind.CrossEntropy);
        var result = PlainSgd.Run(Weights, Sequence, options);
        Assert.Equal(loss, result.Losses[0]);
        Assert.Equal(
            AuxiliaryWeightsAlgebra.Flatten(Weights) - (1e-3 * AuxiliaryWeightsAlgebra.Flatten(gradient)),
            AuxiliaryWeightsAlgebra.Flatten(result.Weights));
        Assert.Equal(ExactModel.Forward(result.Weights, Sequence).Logits, result.Logits);
        Assert.Equal(ExactModel.Forward(Weights, Sequence).Logits, result.OriginalLogits);
    }

    [Theory]
    [InlineData(LossKind.CrossEntropy)]
    [InlineData(LossKind.Quad)]
    [InlineData(LossKind.MeanEmbedding)]
    public void A_small_step_lowers_the_loss_as_the_gradient_says(LossKind loss)
    {
        var options = Options with { Loss = loss, LearningRate = 1e-7, TrainEmbeddings = true, LayerNormBiasOnly = false };
        var (_, gradient) = ExactModel.Gradient(Weights, [Sequence], loss);
        var losses = PlainSgd.Run(Weights, Sequence, options).Losses;
        var predicted = 1e-7 * AuxiliaryWeightsAlgebra.Inner(gradient, gradient);
        Assert.InRange((losses[0] - losses[1]) / predicted, 0.99, 1.01);
    }

    [Fact]
    public void Two_blocks_of_steps_in_a_row_are_all_the_steps_at_once()
    {
        var whole = PlainSgd.Run(Weights, Sequence, Options with { Steps = 3 });
        var first = PlainSgd.Run(Weights, Sequence, Options with { Steps = 2 });
        var second = PlainSgd.Run(first.Weights, Sequence, Options);
        Assert.Equal(AuxiliaryWeightsAlgebra.Flatten(whole.Weights), AuxiliaryWeightsAlgebra.Flatten(second.Weights));
        Assert.Equal(whole.Losses, [.. first.Losses, second.Losses[1]]);
    }

    [Fact]
    public void Every_step_subtracts_the_gradient_at_the_weights_that_the_one_before_left()
    {
        // With a rate of 0.1 the second gradient is far from the first, so that one cannot stand for the other.
        var options = Options with { LearningRate = 0.1, Steps = 3, TrainEmbeddings = true, LayerNormBiasOnly = false };
        var weights = Weights;
        var first = ExactModel.Gradient(Weights, [Sequence], LossKind.CrossEntropy).Gradient;
        for (var step = 0; step < options.Steps; step++)
        {
            var gradient = ExactModel.Gradient(weights, [Sequence], LossKind.CrossEntropy).Gradient;
            Assert.True(step == 0 || AuxiliaryWeightsAlgebra.Norm(AuxiliaryWeightsAlgebra.Subtract(gradient, first)) > 0.1);
            weights = PlainSgd.Step(weights, gradient, options);
        }

        Assert.Equal(
            AuxiliaryWeightsAlgebra.Flatten(weights), AuxiliaryWeightsAlgebra.Flatten(PlainSgd.Run(Weights, Sequence, options).Weights));
    }

    [Fact]
    public void No_steps_no_rate_or_no_mask_change_nothing()
    {
        Assert.Equal(0, Moved(PlainSgd.Run(Weights, Sequence, Options with { Steps = 0 })));
        Assert.Equal(0, Moved(PlainSgd.Run(Weights, Sequence, Options with { LearningRate = 0 })));
        Assert.Equal(0, Moved(PlainSgd.Run(Weights, Sequence with { TrainMask = new double[8] }, Options with { Steps = 2 })));
        Assert.True(Moved(PlainSgd.Run(Weights, Sequence, Options)) > 0);
        Assert.Single(PlainSgd.Run(Weights, Sequence, Options with { Steps = 0 }).Losses);
    }

    [Theory]
    [InlineData(0, true, false)]
    [InlineData(1, true, false)]
    [InlineData(2, false, false)]
    [InlineData(3, true, true)]
    public void Exactly_the_chosen_blocks_move(int trainedLayers, bool biasOnly, bool embeddings)
    {
        var options = Options with { TrainedLayers = trainedLayers, LayerNormBiasOnly = biasOnly, TrainEmbeddings = embeddings, LearningRate = 0.1 };
        var result = PlainSgd.Run(Weights, Sequence, options);
        foreach (var (before, after) in AuxiliaryWeightsAlgebra.Blocks(Weights).Zip(AuxiliaryWeightsAlgebra.Blocks(result.Weights)))
        {
            var trained = before.Layer is { } layer ? layer >= 3 - trainedLayers : before.Kind != ParameterKind.Embedding || embeddings;
            trained &= before.Kind != ParameterKind.NormWeight || !biasOnly;
            Assert.Equal(trained, PlainSgd.Trains(before, Configuration, options));

            // A key bias has no gradient but rounding, which may or may not move it.
            if (!before.Name.Contains("key bias", StringComparison.Ordinal))
            {
                Assert.True(trained != before.Values.Span.SequenceEqual(after.Values.Span), before.Name);
            }
        }
    }

    [Fact]
    public void A_dense_normalisation_keeps_gamma_as_its_diagonal()
    {
        var dense = RandomModels.Weights(Configuration, seed: 73, dense: true);
        var norm = PlainSgd.Run(dense, Sequence, Options with { LayerNormBiasOnly = false }).Weights.FinalNorm;
        Assert.Equal(norm.Dense!.Diagonal(), norm.Weight);
        Assert.NotEqual(dense.FinalNorm.Dense, norm.Dense);
    }

    [Fact]
    public void Options_follow_from_a_construction()
    {
        var options = PlainSgdOptions.From(new TintConfiguration
        {
            Auxiliary = Configuration,
            HiddenSize = 40,
            HeadCount = 10,
            PrefixCount = 2,
            InnerLearningRate = 0.25,
            SgdSteps = 4,
            TrainedLayers = 2,
            Loss = LossKind.Quad,
            LayerNormBiasOnly = false,
        });
        Assert.Equal(
            new PlainSgdOptions { LearningRate = 0.25, Steps = 4, TrainedLayers = 2, Loss = LossKind.Quad, LayerNormBiasOnly = false }, options);
    }

    [Fact]
    public void Rejects_more_trained_layers_than_there_are() =>
        Assert.Throws<RuleViolationException>(() => PlainSgd.Run(Weights, Sequence, Options with { TrainedLayers = 4 }));

    [Fact]
    public void Rejects_options_out_of_range()
    {
        Assert.Throws<RuleViolationException>(() => Options with { LearningRate = double.NaN });
        Assert.Throws<RuleViolationException>(() => Options with { Steps = -1 });
        Assert.Throws<RuleViolationException>(() => Options with { TrainedLayers = -1 });
    }

    [Fact]
    public void Rejects_a_rate_at_which_training_diverges() =>
        Assert.Throws<RuleViolationException>(() => PlainSgd.Run(Weights, Sequence, Options with { LearningRate = 1e200, Steps = 3 }));

    private static double Moved(PlainSgdResult result) =>
        AuxiliaryWeightsAlgebra.Norm(AuxiliaryWeightsAlgebra.Subtract(result.Weights, Weights));
}
