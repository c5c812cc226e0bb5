using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Input;
using Tint.Reference.Modules.Loss;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Tests.DenseEvaluation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Modules.Loss;

public sealed class ReportedLossTests
{
    private static readonly TokenSequence Sequence = new()
    {
        InputIds = [1, 2, 3],
        TrainMask = [0, 0, 0],
        Labels = [4, TokenSequence.IgnoredLabel, 2],
    };

    [Fact]
    public void The_loss_is_the_mean_over_all_labels_of_the_batch_that_count()
    {
        Tracked first = new(new RandomNumbers(1).Matrix(3, 5)), second = new(new RandomNumbers(2).Matrix(3, 5));
        var other = Sequence with { Labels = [0, 1, 4] };
        var loss = ReportedLoss.Compute([(Sequence, first), (other, second)], Arithmetic.Plain)!.Value;

        // Label t + 1 against the logits at t; the first label is compared with nothing.
        var expected = (Entropy(first, 1, 2) + Entropy(second, 0, 1) + Entropy(second, 1, 4)) / 3;

        // Logarithms of sums of 5 numbers and their mean: not 50 roundings, of numbers of size 1.
        Assert.Equal(expected, loss.Value, 50 * RoundingModel.DoubleRoundoff);
        Assert.Equal(0, loss.Error);
    }

    [Fact]
    public void Without_a_label_that_counts_there_is_no_loss()
    {
        var logits = new Tracked(Matrix<double>.Build.Dense(3, 5));
        Assert.Null(ReportedLoss.Compute([(Sequence with { Labels = null }, logits)], Arithmetic.Plain));
        Assert.Null(ReportedLoss.Compute([(Sequence with { Labels = [4, -100, -100] }, logits)], Arithmetic.Plain));
        Assert.Null(ReportedLoss.Compute([], Arithmetic.Plain));
    }

    [Fact]
    public void Large_logits_leave_the_loss_finite()
    {
        var logits = Matrix<double>.Build.Dense(3, 5);
        logits[1, 2] = 1e300;
        logits[1, 3] = -1e300;
        Assert.Equal(0, ReportedLoss.Compute([(Sequence, new Tracked(logits))], Arithmetic.Plain)!.Value.Value);
    }

    /// <summary>Where a model is sure of its label the loss is log(1 + ε), which is off by the rounding of 1 + ε, however small it is.</summary>
    [Fact]
    public void Noise_moves_the_sum_that_a_small_loss_is_the_logarithm_of()
    {
        const double unit = 2 * RoundingModel.DoubleRoundoff;
        var logits = Matrix<double>.Build.Dense(3, 5);
        logits[1, 2] = 12;
        double Loss(Arithmetic arithmetic) => ReportedLoss.Compute([(Sequence, new Tracked(logits))], arithmetic)!.Value.Value;

        var plain = Loss(Arithmetic.Plain);
        var moved = Enumerable.Range(0, 8).Max(seed => Math.Abs(Loss(Arithmetic.Perturbed(new RoundingNoise(unit, seed))) - plain));

        Assert.InRange(plain, 1e-6, 1e-4);
        // Of 12 + 2e-5, and of that to the nearest number, 8 units apart.
        Assert.InRange(moved, unit / 4, (12 + 8 + 2) * unit);
    }

    /// <summary>The same loss in float32, its logits rounded on entry, step by step.</summary>
    [Fact]
    public void The_bound_covers_single_precision()
    {
        var format = FloatFormat.Binary32;
        foreach (var rounding in (RoundingModel[])[new WorstCaseRounding(format.Apart), new MeanSquareRounding(format.Apart)])
        {
            for (var seed = 0; seed < 200; seed++)
            {
                var value = new RandomNumbers(seed).Matrix(3, 5, 4) * Math.PI;
                var logits = new Tracked(value, value.PointwiseAbs() * format.Apart);
                var loss = ReportedLoss.Compute([(Sequence, logits)], Arithmetic.Tracking(rounding))!.Value;

                var row = value.Row(1).Map(format.Round);
                var largest = row.Maximum();
                var sum = format.Sum(row.Select(logit => format.Exp(format.Subtract(logit, largest))));
                var single = format.Subtract(format.Add(largest, format.Round(Math.Log(sum))), row[2]);
                Assert.InRange(Math.Abs(single - loss.Value), 0, rounding.Bound(loss.Error));
            }
        }
    }

    private static double Entropy(Tracked logits, int t, int label) =>
        Math.Log(logits.Value.Row(t).Sum(Math.Exp)) - logits.Value[t, label];
}
