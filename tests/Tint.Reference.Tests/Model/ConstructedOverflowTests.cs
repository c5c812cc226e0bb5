using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Model;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Model;

public sealed class ConstructedOverflowTests
{
    private static readonly TintConfiguration Small = SmallModels.Configuration;
    private static readonly AuxiliaryWeights Weights = RandomWeights.Of(Small.Auxiliary, seed: 1);
    private static readonly TokenSequence Sequence = SmallModels.Sequence(Small.Auxiliary, length: 4, seed: 2);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(2, 2)]
    public void Says_in_one_line_that_training_diverged(int steps, int batch)
    {
        var model = new ConstructedTint(Small with { InnerLearningRate = 1e200, SgdSteps = steps }, Weights);
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
            () => new ConstructedTint(Small with { SgdSteps = steps }, huge).Run([Sequence]), "the logits before training must hold finite numbers only");
        Assert.DoesNotContain("InnerLearningRate", refusal.Message, StringComparison.Ordinal);
    }
}
