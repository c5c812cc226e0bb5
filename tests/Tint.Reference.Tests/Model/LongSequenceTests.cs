using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Model;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Simulation;
using Tint.Reference.Tests.DenseEvaluation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Model;

/// <summary>
/// Sequences longer than the blocks of 256 in which passes work: queries in the construction's softmax attention, tokens in the
/// simulation's loss gradient. Tracked arithmetic works in one block, so that it is the yardstick for both.
/// </summary>
public sealed class LongSequenceTests
{
    [Theory]
    [InlineData(258, LossKind.Quad)]
    [InlineData(280, LossKind.CrossEntropy)]
    public void Blocks_of_tokens_are_no_different_from_all_tokens_at_once(int length, LossKind loss)
    {
        var configuration = SmallModels.Configuration with
        {
            Auxiliary = SmallModels.Configuration.Auxiliary with { LayerCount = 1, MlpChunkCount = 1, MaximumPositions = length },
            TrainedLayers = 1,
            Loss = loss,
            InnerLearningRate = 1e-5,
        };
        var weights = RandomWeights.Of(configuration.Auxiliary, seed: 1);

        // All but one are trained on: blocks are of tokens that count.
        var sequence = SmallModels.Sequence(configuration.Auxiliary, length, seed: 2) with
        {
            TrainMask = [.. Enumerable.Range(0, length).Select(t => t == 3 ? 0.0 : 1)],
        };
        var model = new ConstructedTint(configuration, weights);
        var rounding = new MeanSquareRounding(FloatFormat.Binary64.Apart);
        var tracked = model.RunTracked([sequence], Arithmetic.Tracking(rounding)).Sequences[0];
        var plain = model.Run(sequence);
        Agreement.Within(rounding, tracked.OriginalLogits, Grid.Of(plain.OriginalLogits));
        Agreement.Within(rounding, tracked.Logits, Grid.Of(plain.Logits));
        Agreement.Within(rounding, tracked.Logits, Grid.Of(new SimulatedTint(configuration, weights).Run(sequence).Logits));
    }

    [Theory]
    [InlineData(LossKind.CrossEntropy)]
    [InlineData(LossKind.Quad)]
    [InlineData(LossKind.MeanEmbedding)]
    public void The_loss_gradient_of_a_token_does_not_depend_on_how_many_come_before_it(LossKind loss)
    {
        const int Length = 600;
        var configuration = SmallModels.Configuration with
        {
            Auxiliary = SmallModels.Configuration.Auxiliary with { MaximumPositions = Length },
            Loss = loss,
        };
        var random = new RandomNumbers(3);
        Matrix<double> embedding = random.Matrix(7, 6), output = random.Matrix(Length, 6);
        var sequence = SmallModels.Sequence(configuration.Auxiliary, Length, seed: 4) with
        {
            TrainMask = [.. Enumerable.Range(0, Length).Select(_ => random.OnceIn(20) ? 0.0 : 1)],
            GradientMask = [.. Enumerable.Range(0, Length).Select(_ => random.OnceIn(20) ? 0.0 : 1)],
        };
        var whole = SimulatedLoss.Gradient(configuration, embedding, output, sequence);
        for (var start = 0; start + 1 < Length; start += 7)
        {
            // Row 0 of a pair of tokens: its target is the second.
            var pair = new TokenSequence
            {
                InputIds = [sequence.InputIds[start], sequence.InputIds[start + 1]],
                TrainMask = [0, sequence.TrainMask[start + 1]],
                GradientMask = [0, sequence.GradientMask![start + 1]],
            };
            var alone = SimulatedLoss.Gradient(configuration, embedding, output.SubMatrix(start, 2, 0, 6), pair);

            // Products of 7 and 6 terms in another order: 2·13 roundings of numbers of size 10.
            Assert.All(alone.Row(0) - whole.Row(start), difference => Assert.InRange(Math.Abs(difference), 0, 26 * 10 * RoundingModel.DoubleRoundoff * 10));
        }
    }
}
