using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Reference.Tests.Simulation;

public sealed class SimulatedLossTests
{
    [Theory]
    [InlineData(LossKind.CrossEntropy)]
    [InlineData(LossKind.Quad)]
    [InlineData(LossKind.MeanEmbedding)]
    public void Is_the_derivative_of_the_masked_sum_of_the_losses(LossKind loss)
    {
        const double h = 1e-5;
        var model = new RandomModel(1);
        var configuration = model.Configuration with { Loss = loss, Departures = Departures.Paper };
        var (e, y) = (model.Weights().TokenEmbedding, model.Matrix(7, 12));
        var sequence = model.Sequence() with { GradientMask = [1, 1, 1, 1, 0, 1, 1] };
        var gradient = SimulatedLoss.Gradient(configuration, e, y, sequence);
        for (var direction = 0; direction < 5; direction++)
        {
            var d = model.Matrix(7, 12);
            var slope = (Value(loss, e, y + (h * d), sequence) - Value(loss, e, y - (h * d), sequence)) / (2 * h);

            // Truncation is h² times a third derivative of order 1 a token; rounding is u/h times the loss, of order 100.
            Assert.Equal(slope, gradient.PointwiseMultiply(d).Enumerate().Sum(), 1e-7);
        }
    }

    [Fact]
    public void Leaves_the_last_row_without_a_target_and_without_a_mask()
    {
        var model = new RandomModel(2);
        var configuration = model.Configuration with { Loss = LossKind.MeanEmbedding };
        var e = model.Weights().TokenEmbedding;
        var nothingTrained = model.Sequence() with { TrainMask = [0, 0, 0, 0, 0, 0, 0] };
        var gradient = SimulatedLoss.Gradient(configuration, e, model.Matrix(7, 12), nothingTrained);
        Assert.Equal(e.ColumnSums() / e.RowCount, gradient.Row(6));
        Assert.Equal(0, gradient.SubMatrix(0, 6, 0, 12).FrobeniusNorm());
    }

    [Fact]
    public void Rejects_an_output_of_another_length_than_the_sequence()
    {
        var model = new RandomModel(3);
        Assert.Throws<RuleViolationException>(
            () => SimulatedLoss.Gradient(model.Configuration, model.Weights().TokenEmbedding, model.Matrix(6, 12), model.Sequence()));
    }

    [Fact]
    public void Rejects_an_embedding_of_another_vocabulary()
    {
        var model = new RandomModel(4);
        Assert.Throws<RuleViolationException>(
            () => SimulatedLoss.Gradient(model.Configuration, model.Matrix(16, 12), model.Matrix(7, 12), model.Sequence()));
    }

    [Fact]
    public void The_reported_loss_skips_ignored_labels_and_the_first()
    {
        var logits = Matrix<double>.Build.DenseOfArray(new[,] { { 0.0, 1000 }, { 0, 0 }, { 5, 0 } });
        var loss = LossSum.Of(logits, [0, 0, TokenSequence.IgnoredLabel]);
        Assert.Equal(new LossSum(1000, 1), loss);
        Assert.Null(LossSum.Of(logits, [0, TokenSequence.IgnoredLabel, TokenSequence.IgnoredLabel]).Mean);
        Assert.Equal(Math.Log(2), LossSum.Of(logits, [0, TokenSequence.IgnoredLabel, 1]).Mean!.Value, Rounding.Bound(3, 1));
    }

    [Fact]
    public void The_reported_loss_rejects_labels_of_another_length() =>
        Assert.Throws<RuleViolationException>(() => LossSum.Of(Matrix<double>.Build.Dense(3, 2), [0, 1]));

    private static double Value(LossKind loss, Matrix<double> e, Matrix<double> y, TokenSequence sequence)
    {
        var total = 0.0;
        for (var t = 0; t + 1 < sequence.Length; t++)
        {
            var (row, target) = (y.Row(t), sequence.InputIds[t + 1]);
            var logits = e * row;
            var prediction = loss switch
            {
                LossKind.CrossEntropy => Math.Log(logits.Map(Math.Exp).Sum()),
                LossKind.Quad => 0.5 * (logits * logits),
                _ => logits.Average(),
            };
            total += sequence.TrainMask[t + 1] * sequence.GradientMask![t + 1] * (prediction - logits[target]);
        }

        return total;
    }
}
