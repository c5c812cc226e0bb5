using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Model;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Model;

public sealed class TintModelGuardTests
{
    private static readonly TintConfiguration Small = SmallModels.Configuration;
    private static readonly AuxiliaryWeights Weights = RandomWeights.Of(Small.Auxiliary, seed: 1);
    private static readonly TokenSequence Sequence = SmallModels.Sequence(Small.Auxiliary, length: 4, seed: 2);

    [Fact]
    public void Rejects_a_batch_of_nothing() =>
        Refusal.Of(() => new TintModel(Small, Weights).Run([]), "a batch must have at least one sequence");

    [Fact]
    public void Rejects_weights_of_another_model()
    {
        var other = Small.Auxiliary with { Activation = ActivationKind.Relu };
        Refusal.Of(
            () => new TintModel(Small, RandomWeights.Of(other, seed: 1)),
            "the weights must be of the configured auxiliary model",
            "Activation = Relu",
            "Activation = GeluNew");
    }

    [Fact]
    public void Rejects_weights_that_are_not_finite()
    {
        var embedding = Weights.TokenEmbedding.Clone();
        embedding[2, 3] = double.NaN;
        Refusal.Of(
            () => new TintModel(Small, Weights with { TokenEmbedding = embedding }), "token embedding must hold finite numbers", "row 2, column 3");
    }

    [Fact]
    public void Rejects_a_shape_that_is_not_admissible() => Refusal.Of(() => new TintModel(Small with { HeadCount = 5 }, Weights), "HeadCount");

    [Fact]
    public void Rejects_a_sequence_that_breaks_a_rule_wherever_it_stands_in_the_batch()
    {
        var bad = Sequence with { TrainMask = [1, 1] };
        Refusal.Of(() => new TintModel(Small, Weights).Run([Sequence, bad, Sequence]), "train_mask must have one entry a token", "2 for 4 tokens");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(2, 2)]
    public void Says_in_one_line_that_training_diverged(int steps, int batch)
    {
        var model = new TintModel(Small with { InnerLearningRate = 1e200, SgdSteps = steps }, Weights);
        var refusal = Refusal.Of(
            () => model.Run([.. Enumerable.Repeat(Sequence, batch)]), "the logits after SGD step 1", Divergence.Rule, "lower InnerLearningRate");
        Assert.Contains(" in the logits", refusal.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Says_in_one_line_that_the_weights_overflow_before_training(int steps)
    {
        var huge = Weights with
        {
            FinalNorm = new LayerNormParameters(Vector<double>.Build.Dense(6, 1e200), Vector<double>.Build.Dense(6)),
            TokenEmbedding = Weights.TokenEmbedding * 1e150,
        };
        var refusal = Refusal.Of(
            () => new TintModel(Small with { SgdSteps = steps }, huge).Run([Sequence]), "the logits before training must hold finite numbers only");
        Assert.DoesNotContain("InnerLearningRate", refusal.Message, StringComparison.Ordinal);
    }
}
