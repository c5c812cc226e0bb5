using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;

namespace Tint.Reference.Tests.Exact;

public sealed class ExactModelGradientTests
{
    /// <summary>What a difference check must at least be able to see, so that it can fail.</summary>
    private const double WorstResolution = 1e-5;

    public static TheoryData<AuxiliaryFamily, ActivationKind, LossKind, bool> Variants
    {
        get
        {
            var variants = new TheoryData<AuxiliaryFamily, ActivationKind, LossKind, bool>();
            foreach (var family in Enum.GetValues<AuxiliaryFamily>())
            {
                foreach (var activation in Enum.GetValues<ActivationKind>())
                {
                    foreach (var loss in Enum.GetValues<LossKind>())
                    {
                        variants.Add(family, activation, loss, false);
                        variants.Add(family, activation, loss, true);
                    }
                }
            }

            return variants;
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_block_agrees_with_central_differences(AuxiliaryFamily family, ActivationKind activation, LossKind loss, bool iclMask)
    {
        var configuration = RandomModels.Configuration(family, activation);
        CheckGradient(RandomModels.Weights(configuration, seed: 1), loss, iclMask, configuration.MaximumPositions - 2);
    }

    [Theory]
    [InlineData(LossKind.CrossEntropy)]
    [InlineData(LossKind.Quad)]
    public void Dense_normalisations_agree_with_central_differences(LossKind loss) =>
        CheckGradient(RandomModels.Weights(RandomModels.Configuration(), seed: 2, dense: true), loss, iclMask: false, length: 6);

    [Fact]
    public void A_sequence_as_long_as_the_position_table_agrees_with_central_differences()
    {
        var configuration = RandomModels.Configuration();
        CheckGradient(RandomModels.Weights(configuration, seed: 3), LossKind.CrossEntropy, iclMask: false, configuration.MaximumPositions);
    }

    [Fact]
    public void A_gradient_that_is_wrong_in_one_block_by_a_ten_thousandth_is_seen_in_that_block_alone()
    {
        var configuration = RandomModels.Configuration();
        var weights = RandomModels.Weights(configuration, seed: 1);
        var sequence = RandomModels.Sequence(configuration, 7, seed: 11);
        var (_, gradient) = ExactModel.Gradient(weights, [sequence], LossKind.CrossEntropy);
        const string Wrong = "layer 1 attention query weight";
        var broken = AuxiliaryWeightsAlgebra.Replace(
            gradient, block => block.Name == Wrong ? [.. block.Values.ToArray().Select(value => value * 1.0001)] : null);
        var results = GradientCheck.Run(at => ExactModel.Loss(at, sequence, LossKind.CrossEntropy), weights, broken, 1, 5);
        var failed = results.Where(result => result.Fails).Select(result => result.Name).ToArray();
        Assert.Contains($"{Wrong}, direction 0", failed);
        Assert.DoesNotContain(failed, name => !name.StartsWith(Wrong, StringComparison.Ordinal) && !name.StartsWith("all", StringComparison.Ordinal));
    }

    private static void CheckGradient(AuxiliaryWeights weights, LossKind loss, bool iclMask, int length)
    {
        var sequence = RandomModels.Sequence(weights.Configuration, length, seed: 11, iclMask);
        var (_, gradient) = ExactModel.Gradient(weights, [sequence], loss);
        var results = GradientCheck.Run(at => ExactModel.Loss(at, sequence, loss), weights, gradient, directions: 1, seed: 5);
        Assert.Equal(AuxiliaryWeightsAlgebra.Blocks(weights).Count + 1, results.Count);
        Assert.All(results, result =>
        {
            // A key bias shifts all scores of a query alike, so its gradient is zero and has no resolution.
            if (result.Name.Contains("key bias", StringComparison.Ordinal))
            {
                Assert.False(result.Fails, $"{result} ratio {result.Ratio}");
            }
            else
            {
                Assert.True(result.Passes && result.Resolution < WorstResolution, $"{result} ratio {result.Ratio}");
            }
        });
    }
}
