using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Input;

namespace Tint.Reference.Tests.Exact;

public sealed class ExactLossTests
{
    private static readonly RandomNumbers Numbers = new(31);
    private static readonly Matrix<double> Embedding = Numbers.Matrix(11, 4);
    private static readonly Matrix<double> Output = Numbers.Matrix(6, 4);

    private static readonly TokenSequence Sequence = new()
    {
        InputIds = [3, 0, 10, 4, 4, 7],
        TrainMask = [1, 1, 0, 1, 1, 1],
        GradientMask = [1, 1, 1, 1, 0, 1],
        Labels = [5, TokenSequence.IgnoredLabel, 2, 10, TokenSequence.IgnoredLabel, 0],
    };

    public static TheoryData<LossKind> Losses => [.. Enum.GetValues<LossKind>()];

    [Fact]
    public void A_position_counts_with_the_masks_of_the_next_token() =>
        Assert.Equal([1, 0, 1, 0, 1, 0], ExactLoss.PositionWeights(Sequence));

    [Theory]
    [MemberData(nameof(Losses))]
    public void The_loss_and_the_output_gradient_are_those_of_their_definition(LossKind loss)
    {
        var mean = Embedding.ColumnSums() / Embedding.RowCount;
        var (expected, gradient) = (0.0, Matrix<double>.Build.Dense(6, 4));
        foreach (var t in (int[])[0, 2, 4])
        {
            var (y, next) = (Output.Row(t), Embedding.Row(Sequence.InputIds[t + 1]));
            var logits = Embedding * y;
            var exponentials = logits.PointwiseExp();
            expected += loss switch
            {
                LossKind.CrossEntropy => Math.Log(exponentials.Sum()) - next.DotProduct(y),
                LossKind.Quad => (0.5 * logits.DotProduct(logits)) - next.DotProduct(y),
                _ => (mean - next).DotProduct(y),
            };
            gradient.SetRow(t, loss switch
            {
                LossKind.CrossEntropy => (exponentials / exponentials.Sum() * Embedding) - next,
                LossKind.Quad => (logits * Embedding) - next,
                _ => mean - next,
            });
        }

        var actual = ExactLoss.Backward(loss, Embedding, Output, Sequence);
        Assertions.Close([expected], [actual.Loss], ExactTolerances.Reordering, "loss");
        Assert.Equal(actual.Loss, ExactLoss.Evaluate(loss, Embedding, Output, Sequence));
        Assertions.Close(gradient, actual.OutputGradient, ExactTolerances.Reordering, "output gradient");
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Both_gradients_agree_with_central_differences(LossKind loss)
    {
        var gradient = ExactLoss.Backward(loss, Embedding, Output, Sequence);
        ModuleCheck.Run(y => ExactLoss.Evaluate(loss, Embedding, y, Sequence), Output, gradient.OutputGradient);
        ModuleCheck.Run(e => ExactLoss.Evaluate(loss, e, Output, Sequence), Embedding, gradient.HeadGradient);
    }

    [Fact]
    public void A_vocabulary_whose_logits_are_held_in_parts_gives_the_sum_of_its_positions()
    {
        var numbers = new RandomNumbers(32);
        var (embedding, output) = (numbers.Matrix(1_500_000, 1), numbers.Matrix(6, 1));
        var sequence = Sequence with { TrainMask = [1, 1, 1, 1, 1, 1], GradientMask = null };
        var whole = ExactLoss.Backward(LossKind.CrossEntropy, embedding, output, sequence);
        var (sum, outputs, head) = (0.0, Matrix<double>.Build.Dense(6, 1), Matrix<double>.Build.Dense(1_500_000, 1));
        for (var t = 1; t < 6; t++)
        {
            var mask = new double[6];
            mask[t] = 1;
            var part = ExactLoss.Backward(LossKind.CrossEntropy, embedding, output, sequence with { TrainMask = mask });
            sum += part.Loss;
            outputs += part.OutputGradient;
            head += part.HeadGradient;
        }

        Assertions.Close([sum], [whole.Loss], ExactTolerances.Reordering, "loss");
        Assertions.Close(outputs, whole.OutputGradient, ExactTolerances.Reordering, "output gradient");
        Assertions.Close(head, whole.HeadGradient, ExactTolerances.Reordering, "head gradient");
    }

    [Fact]
    public void Cross_entropy_of_huge_logits_does_not_overflow()
    {
        var loss = ExactLoss.Backward(LossKind.CrossEntropy, 1e5 * Embedding, Output, Sequence);
        Assert.True(double.IsFinite(loss.Loss) && loss.OutputGradient.Enumerate().All(double.IsFinite));
    }

    [Fact]
    public void The_reported_loss_is_the_published_one()
    {
        foreach (var id in (string[])["TinT.gpt2.exact_gates", "TinT.opt.exact_gates"])
        {
            using var model = new WholeModelCase(id);
            var logits = model.Sequences.Select(sequence => ExactModel.Forward(model.Weights, sequence).Logits).ToArray();
            Assertions.Close(
                model.Expected("original_loss").Values, [ExactLoss.Reported(logits, model.Sequences)], ExactTolerances.Autograd, $"{id} reported loss");
        }
    }

    [Fact]
    public void The_reported_loss_leaves_out_ignored_labels_and_the_first()
    {
        var logits = Output * Embedding.Transpose();
        double Term(int t, int label) => Math.Log(logits.Row(t).PointwiseExp().Sum()) - logits[t, label];
        Assertions.Close(
            [(Term(1, 2) + Term(2, 10) + Term(4, 0)) / 3], [ExactLoss.Reported([logits], [Sequence])], ExactTolerances.Reordering, "reported loss");
    }

    [Fact]
    public void Rejects_a_reported_loss_without_labels()
    {
        var logits = Output * Embedding.Transpose();
        var ignored = Enumerable.Repeat(TokenSequence.IgnoredLabel, 6).ToArray();
        Assert.Throws<RuleViolationException>(() => ExactLoss.Reported([logits], [Sequence with { Labels = null }]));
        Assert.Throws<RuleViolationException>(() => ExactLoss.Reported([logits], [Sequence with { Labels = ignored }]));
        Assert.Throws<RuleViolationException>(() => ExactLoss.Reported([logits, logits], [Sequence]));
        Assert.Throws<RuleViolationException>(() => ExactLoss.Reported([logits.SubMatrix(0, 5, 0, 11)], [Sequence]));
    }

    [Fact]
    public void Rejects_an_output_of_another_shape() => Assert.Throws<RuleViolationException>(
        () => ExactLoss.Evaluate(LossKind.Quad, Embedding, Output.SubMatrix(0, 5, 0, 4), Sequence));

    [Fact]
    public void Rejects_an_unknown_loss() =>
        Assert.Throws<RuleViolationException>(() => ExactLoss.Evaluate((LossKind)9, Embedding, Output, Sequence));

    [Fact]
    public void Rejects_a_loss_that_overflows() =>
        Assert.Throws<RuleViolationException>(() => ExactLoss.Evaluate(LossKind.Quad, 1e200 * Embedding, Output, Sequence));
}
