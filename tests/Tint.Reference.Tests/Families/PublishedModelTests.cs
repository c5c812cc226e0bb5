using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Families;
using Tint.Reference.Input;

namespace Tint.Reference.Tests.Families;

/// <summary>The auxiliary model of the published code, which has an exact model of its own, is a GPT-2 or an OPT of the families.</summary>
public sealed class PublishedModelTests
{
    [Theory]
    [InlineData(AuxiliaryFamily.Gpt2, ActivationKind.GeluNew, "gpt2")]
    [InlineData(AuxiliaryFamily.Opt, ActivationKind.Relu, "opt")]
    public void Both_exact_models_have_the_same_logits_loss_and_gradients(AuxiliaryFamily family, ActivationKind activation, string name)
    {
        var auxiliary = AuxiliaryConfiguration.Tiny with { Family = family, Activation = activation };
        var model = FamilyCatalogue.Read(new FamilySizes(
            name, auxiliary.VocabularySize, auxiliary.MaximumPositions, auxiliary.HiddenSize, auxiliary.LayerCount, auxiliary.HeadCount, auxiliary.InnerSize));
        var (weights, sequence) = (AuxiliaryWeights.Random(auxiliary, seed: 1), TokenSequence.Of([3, 1, 4, 1, 5, 9, 2, 6]));

        var published = ExactModel.Forward(weights, sequence);
        var expected = ExactModel.Backward(published, LossKind.CrossEntropy);
        var pass = model.Exact(model.Parameters(weights), new FamilyInput(sequence.InputIds));
        var (loss, gradient) = ExactLogits.CrossEntropy(pass.Logits, sequence.InputIds, sequence.TrainMask);
        var (gradients, ofPublished) = (pass.Backward(gradient), model.Parameters(expected.Parameters));

        var logits = published.FinalNorm.Output * weights.TokenEmbedding.Transpose();
        Assert.InRange((logits - pass.Logits).FrobeniusNorm() / logits.FrobeniusNorm(), 0, Rounding);
        Assert.InRange(Math.Abs(loss - expected.Loss) / expected.Loss, 0, Rounding);

        // Of keys' biases, which softmax does not see, the gradient is rounding alone; so the whole gradient is the measure.
        var whole = gradients.Names.Select(parameter => ofPublished[parameter].FrobeniusNorm()).Max();
        Assert.All(gradients.Names, parameter => Assert.InRange((ofPublished[parameter] - gradients[parameter]).FrobeniusNorm() / whole, 0, Rounding));
    }

    /// <summary>Two blocks there and back, some dozen sums of at most 96 terms each, in two orders.</summary>
    private const double Rounding = 1000.0 / (1L << 53);
}
