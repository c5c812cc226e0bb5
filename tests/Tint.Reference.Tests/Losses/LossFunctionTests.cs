using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures;
using Tint.Reference.Configuration;
using Tint.Reference.Losses;

namespace Tint.Reference.Tests.Losses;

public sealed class LossFunctionTests
{
    public static TheoryData<LossKind> Kinds => [.. Enum.GetValues<LossKind>()];

    [Fact]
    public void Every_kind_has_a_file_and_every_file_a_name_that_fixtures_know()
    {
        Assert.Equal(Enum.GetValues<LossKind>(), LossFunction.All.Select(loss => loss.Kind));
        Assert.Equal(FixtureModules.Losses, LossFunction.All.Select(loss => loss.Name));
    }

    /// <summary>
    /// By central differences at h = 1e-4: they leave h²·sup|ℓ‴|/6, below 2e-9 since |ℓ‴| ≤ 1 in every direction of these losses, and 2u·|ℓ|/h of rounding, below 1e-10.
    /// </summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_gradient_is_the_derivative_of_the_value(LossKind kind)
    {
        const double Step = 1e-4, Weight = 1.5;
        var (loss, random) = (LossFunction.Of(kind), new Random(1));
        double[] logits = [.. Enumerable.Range(0, 7).Select(_ => random.NextDouble() - 0.5)];
        var gradient = logits.ToArray();
        loss.ReplaceByGradient(gradient, 3, Weight);
        for (var v = 0; v < logits.Length; v++)
        {
            double Value(double by)
            {
                var moved = logits.ToArray();
                moved[v] += by;
                return loss.ReplaceByGradient(moved, 3, Weight);
            }

            Assert.InRange(Math.Abs(gradient[v] - ((Value(Step) - Value(-Step)) / (2 * Step))), 0, Weight * 2.1e-9);
        }
    }

    /// <summary>The gradient in the logits times E is p − e_n: what the exact models differentiate and what TinT predicts are one loss.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_prediction_less_the_target_is_the_gradient_through_the_head(LossKind kind)
    {
        var random = new Random(2);
        var embedding = Matrix<double>.Build.Dense(7, 4, (_, _) => random.NextDouble() - 0.5);
        var logits = Matrix<double>.Build.Dense(1, 7, (_, _) => random.NextDouble() - 0.5);
        var (loss, gradient) = (LossFunction.Of(kind), logits.Row(0).ToArray());
        loss.ReplaceByGradient(gradient, 3, 1);
        var expected = Matrix<double>.Build.Dense(1, 7, gradient) * embedding;
        var actual = loss.Prediction(new Plain(embedding, logits)) - embedding.SubMatrix(3, 1, 0, 4);

        // Sums of 7 products of numbers below 1, in two orders, and an exponential to two units.
        Assert.InRange((expected - actual).InfinityNorm(), 0, 4 * 20 * Math.Pow(2, -53));
    }

    [Fact]
    public void What_does_not_read_logits_multiplies_nothing()
    {
        Assert.Equal([2 * 3 * 7 * 4, 2 * 3 * 7 * 4, 0], LossFunction.All.Select(loss => loss.Flops(positions: 3, vocabulary: 7, width: 4)));
        Assert.All(LossFunction.All, loss => Assert.Equal(loss.ReadsLogits, loss.Flops(1, 1, 1) > 0));
    }

    private sealed class Plain(Matrix<double> embedding, Matrix<double> logits) : IPredictions<Matrix<double>>
    {
        public Matrix<double> OfSoftmax()
        {
            var exponentials = logits.PointwiseExp();
            return exponentials * embedding / exponentials.RowSums()[0];
        }

        public Matrix<double> OfLogits() => logits * embedding;

        public Matrix<double> OfMean() => (embedding.ColumnSums() / embedding.RowCount).ToRowMatrix();
    }
}
