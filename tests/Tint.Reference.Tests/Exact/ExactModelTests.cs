using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Input;

namespace Tint.Reference.Tests.Exact;

public sealed class ExactModelTests
{
    private static readonly AuxiliaryConfiguration Configuration = RandomModels.Configuration();
    private static readonly AuxiliaryWeights Weights = RandomModels.Weights(Configuration, seed: 21);
    private static readonly TokenSequence Sequence = RandomModels.Sequence(Configuration, 8, seed: 22);

    [Theory]
    [InlineData(LossKind.CrossEntropy)]
    [InlineData(LossKind.Quad)]
    [InlineData(LossKind.MeanEmbedding)]
    public void A_single_token_has_no_target_and_so_no_loss_and_no_gradient(LossKind loss)
    {
        var gradient = ExactModel.Backward(ExactModel.Forward(Weights, RandomModels.Sequence(Configuration, 1, seed: 1)), loss);
        Assert.Equal(0, gradient.Loss);
        Assert.Equal(0, AuxiliaryWeightsAlgebra.Norm(gradient.Parameters));
    }

    [Theory]
    [InlineData(LossKind.CrossEntropy)]
    [InlineData(LossKind.Quad)]
    [InlineData(LossKind.MeanEmbedding)]
    public void A_train_mask_of_zeros_gives_no_gradient(LossKind loss)
    {
        var (value, gradient) = ExactModel.Gradient(Weights, [Sequence with { TrainMask = new double[Sequence.Length] }], loss);
        Assert.Equal(0, value);
        Assert.Equal(0, AuxiliaryWeightsAlgebra.Norm(gradient));
    }

    [Theory]
    [InlineData(LossKind.CrossEntropy)]
    [InlineData(LossKind.Quad)]
    [InlineData(LossKind.MeanEmbedding)]
    public void The_last_position_and_the_first_mask_entry_train_nothing(LossKind loss)
    {
        var gradient = ExactModel.Backward(ExactModel.Forward(Weights, Sequence), loss);
        Assert.Equal(0, gradient.OutputGradient.Row(Sequence.Length - 1).L2Norm());
        var mask = Sequence.TrainMask.ToArray();
        mask[0] = 0;
        var (value, _) = ExactModel.Gradient(Weights, [Sequence with { TrainMask = mask }], loss);
        Assert.Equal(gradient.Loss, value);
    }

    [Fact]
    public void The_train_mask_and_the_gradient_mask_multiply()
    {
        var (first, second) = ((double[])[1, 1, 0, 1, 1, 0, 1, 1], (double[])[0, 1, 1, 0, 1, 1, 1, 0]);
        var product = first.Zip(second, (a, b) => a * b).ToArray();
        var both = Sequence with { TrainMask = first, GradientMask = second };
        var one = Sequence with { TrainMask = product, GradientMask = null };
        Assert.Equal(ExactModel.Loss(Weights, one, LossKind.CrossEntropy), ExactModel.Loss(Weights, both, LossKind.CrossEntropy));
        Assert.True(ExactModel.Loss(Weights, one, LossKind.CrossEntropy) > 0);
    }

    [Fact]
    public void A_later_token_does_not_change_earlier_logits()
    {
        var ids = Sequence.InputIds.ToArray();
        ids[5] = (ids[5] + 1) % Configuration.VocabularySize;
        var (before, after) = (ExactModel.Forward(Weights, Sequence).Logits, ExactModel.Forward(Weights, Sequence with { InputIds = ids }).Logits);
        Assert.Equal(before.SubMatrix(0, 5, 0, before.ColumnCount), after.SubMatrix(0, 5, 0, after.ColumnCount));
        Assert.NotEqual(before.Row(5), after.Row(5));
    }

    [Fact]
    public void An_icl_mask_that_keeps_only_the_diagonal_makes_tokens_independent()
    {
        var mask = Matrix<double>.Build.DenseIdentity(Sequence.Length);
        var ids = Sequence.InputIds.ToArray();
        var logits = ExactModel.Forward(Weights, Sequence with { IclMask = mask }).Logits;
        ids[2] = (ids[2] + 1) % Configuration.VocabularySize;
        var changed = ExactModel.Forward(Weights, Sequence with { IclMask = mask, InputIds = ids }).Logits;
        for (var t = 0; t < Sequence.Length; t++)
        {
            Assert.Equal(t != 2, logits.Row(t).Equals(changed.Row(t)));
        }
    }

    [Fact]
    public void A_batch_sums_losses_and_gradients_of_its_sequences()
    {
        var other = RandomModels.Sequence(Configuration, 5, seed: 23);
        var (loss, gradient) = ExactModel.Gradient(Weights, [Sequence, other], LossKind.CrossEntropy);
        var (loss1, gradient1) = ExactModel.Gradient(Weights, [Sequence], LossKind.CrossEntropy);
        var (loss2, gradient2) = ExactModel.Gradient(Weights, [other], LossKind.CrossEntropy);
        Assert.Equal(loss1 + loss2, loss);
        Assert.Equal(AuxiliaryWeightsAlgebra.Flatten(AuxiliaryWeightsAlgebra.Add(gradient1, gradient2)), AuxiliaryWeightsAlgebra.Flatten(gradient));
    }

    [Fact]
    public void Gradients_on_the_way_fit_together()
    {
        var forward = ExactModel.Forward(Weights, Sequence);
        var gradient = ExactModel.Backward(forward, LossKind.CrossEntropy);
        Assert.Equal(Configuration.LayerCount, gradient.Layers.Count);
        Assert.Equal(gradient.Layers[1].InputGradient, gradient.Layers[0].OutputGradient);
        Assert.Equal(gradient.EmbeddedGradient, gradient.Layers[0].InputGradient);
        Assert.Equal(Sequence.Length, gradient.OutputGradient.RowCount);
        foreach (var (layer, kept, parameters) in gradient.Layers.Zip(forward.Layers, Weights.Layers))
        {
            var reached = ExactLayerNorm.Backward(parameters.AttentionNorm, kept.AttentionNorm, layer.ValuePath + layer.ScorePath).Input;
            Assertions.Close(layer.InputGradient, layer.MiddleGradient + reached, ExactTolerances.Reordering, "input gradient");
        }
    }

    [Fact]
    public void The_key_biases_have_no_gradient_but_rounding()
    {
        var gradient = ExactModel.Backward(ExactModel.Forward(Weights, Sequence), LossKind.CrossEntropy);
        foreach (var layer in gradient.Layers)
        {
            var bound = ExactTolerances.Reordering * layer.Attention.Key.ColumnAbsoluteSums().Maximum();
            Assert.True(bound > 0);
            Assert.True(layer.Parameters.Key.Bias.AbsoluteMaximum() <= bound);
        }
    }

    [Fact]
    public void Positions_past_the_sequence_have_no_gradient()
    {
        var (_, gradient) = ExactModel.Gradient(Weights, [RandomModels.Sequence(Configuration, 6, seed: 3)], LossKind.CrossEntropy);
        var norms = gradient.PositionEmbedding.RowNorms(2);
        Assert.All(norms.Take(5), norm => Assert.True(norm > 0));
        Assert.All(norms.Skip(6), norm => Assert.Equal(0, norm));
    }

    [Fact]
    public void The_family_changes_no_number()
    {
        var (_, gpt2) = ExactModel.Gradient(Weights, [Sequence], LossKind.CrossEntropy);
        var opt = Weights with { Configuration = Configuration with { Family = AuxiliaryFamily.Opt } };
        Assert.Equal(
            AuxiliaryWeightsAlgebra.Flatten(gpt2),
            AuxiliaryWeightsAlgebra.Flatten(ExactModel.Gradient(opt, [Sequence], LossKind.CrossEntropy).Gradient));
    }

    [Fact]
    public void Rejects_weights_of_another_shape() =>
        Assert.Contains("final norm bias", Assert.Throws<RuleViolationException>(() => ExactModel.Forward(
            Weights with { FinalNorm = Weights.FinalNorm with { Bias = Vector<double>.Build.Dense(3) } }, Sequence)).Message, StringComparison.Ordinal);

    [Fact]
    public void Rejects_a_sequence_longer_than_the_position_table() =>
        Assert.Throws<RuleViolationException>(() => ExactModel.Forward(Weights, RandomModels.Sequence(Configuration, 10, seed: 1)));

    [Fact]
    public void Rejects_an_empty_batch() =>
        Assert.Throws<RuleViolationException>(() => ExactModel.Gradient(Weights, [], LossKind.CrossEntropy));

    [Fact]
    public void Rejects_weights_so_large_that_the_output_overflows()
    {
        var huge = Weights with { PositionEmbedding = Weights.PositionEmbedding.Map(value => 1e200 * value) };
        Assert.Throws<RuleViolationException>(() => ExactModel.Forward(huge, Sequence));
    }
}
