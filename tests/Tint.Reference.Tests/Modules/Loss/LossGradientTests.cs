using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Modules.Loss;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Tests.DenseEvaluation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Modules.Loss;

public sealed class LossGradientTests
{
    private const int Tokens = 5;

    private static readonly TintConfiguration Configuration = SmallModels.Configuration;
    private static readonly Matrix<double> Embedding = new RandomNumbers(1).Matrix(7, 6);
    private static readonly Matrix<double> Output = new RandomNumbers(2).Matrix(Tokens, 6);
    private static readonly TokenSequence Sequence = new() { InputIds = [0, 3, 6, 3, 1], TrainMask = [1, 1, 0, 1, 1] };
    private static readonly WorstCaseRounding Rounding = new(FloatFormat.Binary64.Apart);

    public static TheoryData<LossKind> Losses { get; } = [.. Enum.GetValues<LossKind>()];

    /// <summary>
    /// dL/dy_t by central differences of the loss that the gradient is named after, of which step 1e-5 leaves an error of h²/6·|L‴| + u·|L|/h, with
    /// L of size 10 and |L‴| below ‖E‖³ ≈ 1e3.
    /// </summary>
    [Theory]
    [MemberData(nameof(Losses))]
    public void The_gradient_is_the_derivative_of_its_loss(LossKind kind)
    {
        const double Step = 1e-5;
        const double Tolerance = (Step * Step / 6 * 1e3) + (1e-15 / Step);
        var gradient = Run(Configuration with { Loss = kind })!.Value;
        for (var t = 0; t + 1 < Tokens; t++)
        {
            for (var c = 0; c < 6; c++)
            {
                var (up, down) = (Output.Row(t), Output.Row(t));
                up[c] += Step;
                down[c] -= Step;
                var slope = (Loss(kind, up, Sequence.InputIds[t + 1]) - Loss(kind, down, Sequence.InputIds[t + 1])) / (2 * Step);
                Assert.Equal(Sequence.TrainMask[t + 1] * slope, gradient[t, c], Tolerance);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void The_gradient_is_that_of_plain_loops(LossKind kind)
    {
        var configuration = Configuration with { Loss = kind };
        var sequence = Sequence with { GradientMask = [1, 0, 1, 1, 1] };
        var dense = new DenseLoss(configuration, Embedding, FloatFormat.Binary64);
        Agreement.Within(
            Rounding, Run(configuration, sequence)!, dense.Gradient(Grid.Of(Output), dense.Logits(Grid.Of(Output)), sequence));
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void The_last_position_keeps_a_gradient_without_target_only_as_published(LossKind kind)
    {
        var published = Run(Configuration with { Loss = kind })!.Value;
        var masked = Run(Configuration with { Loss = kind, Departures = Departures.Published with { LastPositionUnmasked = false } })!.Value;
        Assert.Equal(published.RemoveRow(Tokens - 1), masked.RemoveRow(Tokens - 1));
        Assert.All(masked.Row(Tokens - 1), value => Assert.Equal(0, value));
        Assert.Contains(published.Row(Tokens - 1), value => value != 0);
    }

    [Fact]
    public void Both_masks_act_on_the_token_that_is_predicted()
    {
        var paper = Configuration with { Departures = Departures.Paper };
        var gradient = Run(paper, Sequence with { GradientMask = [0, 0, 1, 1, 0] })!.Value;
        bool[] reached = [.. gradient.EnumerateRows().Select(row => row.Any(value => value != 0))];
        Assert.Equal([false, false, true, false, false], reached);
    }

    [Fact]
    public void Without_a_token_to_learn_from_there_is_no_gradient()
    {
        var paper = Configuration with { Departures = Departures.Paper };
        Assert.Null(Run(paper, Sequence with { TrainMask = new double[Tokens] }));
        Assert.Null(Run(paper, Sequence with { GradientMask = new double[Tokens] }));

        // The first token has no predecessor that could predict it.
        Assert.Null(Run(paper, Sequence with { TrainMask = [1, 0, 0, 0, 0] }));
    }

    [Fact]
    public void An_output_of_zeros_has_logits_of_zeros_and_a_gradient()
    {
        var loss = new LossGradient(Configuration, Embedding);
        var logits = loss.Logits(null, Tokens, Arithmetic.Plain);
        Assert.Equal(Matrix<double>.Build.Dense(Tokens, 7), logits.Value);
        var gradient = loss.Run(null, logits, Sequence, Arithmetic.Plain)!.Value;

        // The mean of 7 embeddings below 5, summed in another order, less one of them.
        Agreement.Within(
            gradient.SubMatrix(0, 1, 0, 6),
            Matrix<double>.Build.Dense(1, 6, 100 * RoundingModel.DoubleRoundoff),
            Grid.Of(1, 6, (_, c) => Embedding.Column(c).Average() - Embedding[3, c]));
    }

    [Fact]
    public void Rejects_a_loss_that_is_not_known() => Refusal.Of(
        () => Run(Configuration with { Loss = (LossKind)9 }), "the loss must be known", "got 9", "CrossEntropy, Quad, MeanEmbedding");

    private static Tracked? Run(TintConfiguration configuration, TokenSequence? sequence = null)
    {
        var loss = new LossGradient(configuration, Embedding);
        var arithmetic = Arithmetic.Tracking(Rounding);
        var y = new Tracked(Output);
        return loss.Run(y, loss.Logits(y, Tokens, arithmetic), sequence ?? Sequence, arithmetic);
    }

    /// <summary>The loss of predicting token <paramref name="next"/> from y.</summary>
    private static double Loss(LossKind kind, Vector<double> y, int next)
    {
        var logits = Embedding * y;
        return kind switch
        {
            LossKind.CrossEntropy => Math.Log(logits.Sum(Math.Exp)) - logits[next],
            LossKind.Quad => (0.5 * logits.DotProduct(logits)) - logits[next],
            _ => logits.Average() - logits[next],
        };
    }
}
