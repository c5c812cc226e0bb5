using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Exact;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Reference.Tests.Exact;

public sealed class ExactTintTests
{
    private static readonly AuxiliaryConfiguration Configuration = RandomModels.Configuration(layers: 3);
    private static readonly AuxiliaryWeights Weights = RandomModels.Weights(Configuration, seed: 71);
    private static readonly TokenSequence Sequence = RandomModels.Sequence(Configuration, 8, seed: 72);
    private static readonly TintConfiguration Options = new()
    {
        Auxiliary = Configuration,
        HiddenSize = 40,
        HeadCount = 10,
        PrefixCount = 2,
        InnerLearningRate = 1e-3,
        TrainedLayers = 3,
    };


    [Fact]
    public void A_step_subtracts_eta_times_the_gradient_of_every_trained_block()
    {
        var (_, gradient) = ExactModel.Gradient(Weights, [Sequence], LossKind.CrossEntropy);
        var result = new ExactTint(Options with { LayerNormBiasOnly = false }, Weights) { TrainEmbeddings = true, RecordGradients = true }.Run(Sequence);
        Assert.Equal(AuxiliaryWeightsAlgebra.Flatten(gradient), AuxiliaryWeightsAlgebra.Flatten(Assert.Single(result.Gradients)));
        Assert.Equal(
            AuxiliaryWeightsAlgebra.Flatten(Weights) - (1e-3 * AuxiliaryWeightsAlgebra.Flatten(gradient)),
            AuxiliaryWeightsAlgebra.Flatten(result.UpdatedWeights));
        Assert.Equal(ExactModel.Forward(result.UpdatedWeights, Sequence).Logits, result.Logits);
        Assert.Equal(ExactModel.Forward(Weights, Sequence).Logits, result.OriginalLogits);
    }

    [Theory]
    [InlineData(LossKind.CrossEntropy)]
    [InlineData(LossKind.Quad)]
    [InlineData(LossKind.MeanEmbedding)]
    public void A_small_step_lowers_the_loss_as_the_gradient_says(LossKind loss)
    {
        var options = Options with { Loss = loss, InnerLearningRate = 1e-7, LayerNormBiasOnly = false };
        var (before, gradient) = ExactModel.Gradient(Weights, [Sequence], loss);
        var after = ExactModel.Loss(new ExactTint(options, Weights) { TrainEmbeddings = true }.Run(Sequence).UpdatedWeights, Sequence, loss);
        var predicted = 1e-7 * AuxiliaryWeightsAlgebra.Inner(gradient, gradient);
        Assert.InRange((before - after) / predicted, 0.99, 1.01);
    }

    /// <summary>Each step takes the gradient of the weights that the step before it left.</summary>
    [Fact]
    public void Two_blocks_of_steps_in_a_row_are_all_the_steps_at_once()
    {
        var whole = Run(Options with { SgdSteps = 3 });
        var first = Run(Options with { SgdSteps = 2 });
        var second = new ExactTint(Options, first.UpdatedWeights).Run(Sequence);
        Assert.Equal(AuxiliaryWeightsAlgebra.Flatten(whole.UpdatedWeights), AuxiliaryWeightsAlgebra.Flatten(second.UpdatedWeights));
        Assert.Equal(first.Logits, second.OriginalLogits);
        Assert.Equal(whole.Logits, second.Logits);
    }

    [Fact]
    public void Every_step_takes_the_gradient_at_the_weights_that_the_one_before_left()
    {
        // With a rate of 0.1 the second gradient is far from the first, so that one cannot stand for the other.
        var options = Options with { InnerLearningRate = 0.1, SgdSteps = 3, LayerNormBiasOnly = false };
        var gradients = new ExactTint(options, Weights) { TrainEmbeddings = true, RecordGradients = true }.Run(Sequence).Gradients;
        var weights = Weights;
        foreach (var gradient in gradients)
        {
            var expected = ExactModel.Gradient(weights, [Sequence], LossKind.CrossEntropy).Gradient;
            Assert.Equal(AuxiliaryWeightsAlgebra.Flatten(expected), AuxiliaryWeightsAlgebra.Flatten(gradient));
            weights = AuxiliaryWeightsAlgebra.AddScaled(weights, -0.1, gradient);
        }

        Assert.True(AuxiliaryWeightsAlgebra.Norm(AuxiliaryWeightsAlgebra.Subtract(gradients[1], gradients[0])) > 0.1);
    }

    [Fact]
    public void No_steps_no_rate_or_no_mask_change_nothing()
    {
        Assert.Equal(0, Moved(Run(Options with { SgdSteps = 0 })));
        Assert.Equal(0, Moved(Run(Options with { InnerLearningRate = 0 })));
        Assert.Equal(0, Moved(new ExactTint(Options with { SgdSteps = 2 }, Weights).Run(Sequence with { TrainMask = new double[8] })));
        Assert.True(Moved(Run(Options)) > 0);
        var unchanged = Run(Options with { SgdSteps = 0 });
        Assert.Same(unchanged.OriginalLogits, unchanged.Logits);
    }

    [Theory]
    [InlineData(0, true, false)]
    [InlineData(1, true, false)]
    [InlineData(2, false, false)]
    [InlineData(3, true, true)]
    public void Exactly_the_chosen_blocks_move(int trainedLayers, bool biasOnly, bool embeddings)
    {
        var options = Options with { TrainedLayers = trainedLayers, LayerNormBiasOnly = biasOnly, InnerLearningRate = 0.1 };
        var engine = new ExactTint(options, Weights) { TrainEmbeddings = embeddings };
        var result = engine.Run(Sequence);
        foreach (var (before, after) in AuxiliaryWeightsAlgebra.Blocks(Weights).Zip(AuxiliaryWeightsAlgebra.Blocks(result.UpdatedWeights)))
        {
            var trained = before.Layer is { } layer ? layer >= 3 - trainedLayers : before.Kind != ParameterKind.Embedding || embeddings;
            trained &= before.Kind != ParameterKind.NormWeight || !biasOnly;
            Assert.Equal(trained, engine.Trains(before));

            // A key bias has no gradient but rounding, which may or may not move it.
            if (!before.Name.Contains("key bias", StringComparison.Ordinal))
            {
                Assert.True(trained != before.Values.Span.SequenceEqual(after.Values.Span), before.Name);
            }
        }
    }

    /// <summary>The first trained layer is 1: the trace goes backward to it and forward again from it.</summary>
    [Fact]
    public void The_trace_has_the_signals_and_gradients_of_the_exact_model_under_the_names_of_the_simulation()
    {
        var options = Options with { TrainedLayers = 2 };
        var result = new ExactTint(options, Weights) { RecordTrace = true }.Run(Sequence);
        Assert.Equal(
            new SimulatedTint(options, Weights) { RecordTrace = true }.Run(Sequence).Trace.Select(signal => signal.Name), result.Trace.Select(signal => signal.Name));
        var forward = ExactModel.Forward(Weights, Sequence);
        var again = ExactModel.Forward(result.UpdatedWeights, Sequence);
        var gradient = ExactModel.Backward(forward, LossKind.CrossEntropy);
        Assert.Equal(
            [
                .. forward.Layers.Select(layer => layer.Output),
                forward.FinalNorm.Output,
                gradient.Layers[2].OutputGradient,
                gradient.Layers[2].InputGradient,
                gradient.Layers[1].InputGradient,
                .. again.Layers.Skip(1).Select(layer => layer.Output),
                again.FinalNorm.Output,
            ],
            result.Trace.Select(signal => signal.Signal));
    }

    [Fact]
    public void A_dense_normalisation_keeps_gamma_as_its_diagonal()
    {
        var dense = RandomModels.Weights(Configuration, seed: 73, dense: true);
        var norm = new ExactTint(Options with { LayerNormBiasOnly = false }, dense).Run(Sequence).UpdatedWeights.FinalNorm;
        Assert.Equal(norm.Dense!.Diagonal(), norm.Weight);
        Assert.NotEqual(dense.FinalNorm.Dense, norm.Dense);
    }

    [Fact]
    public void Says_in_one_line_that_training_diverged()
    {
        var violation = Assert.Throws<RuleViolationException>(() => Run(Options with { InnerLearningRate = 1e200, SgdSteps = 3 }));
        Assert.Equal(Divergence.Rule, violation.Rule);
        Assert.Contains("in SGD step 1", violation.Found, StringComparison.Ordinal);
    }

    private static TintResult Run(TintConfiguration configuration) => new ExactTint(configuration, Weights).Run(Sequence);

    private static double Moved(TintResult result) =>
        AuxiliaryWeightsAlgebra.Norm(AuxiliaryWeightsAlgebra.Subtract(result.UpdatedWeights, Weights));
}
