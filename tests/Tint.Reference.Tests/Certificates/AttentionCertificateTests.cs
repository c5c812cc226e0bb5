using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Simulation;
using Tint.Reference.Tests.Simulation;

namespace Tint.Reference.Tests.Certificates;

public sealed class AttentionCertificateTests
{
    [Property(Arbitrary = [typeof(Certificates.Cases)], MaxTest = 2000)]
    public bool The_dropped_score_path_stays_within_its_bounds(HeadCase given)
    {
        var (score, query, key) = ExactScorePath(given);
        var bound = ScorePathBound.Of(given.Head);
        var norms = RowNorms.Of(given.G);
        var tokens = given.Head.TokenCount;
        return Enumerable.Range(0, tokens).All(t =>
            score[t].Aggregate((Fixed)0, (sum, entry) => sum + Fixed.Abs(entry)) <= (Fixed)(bound.Score[t] * norms[t] * (1 + 1e-12))
            && PreciseNormalisation.Norm(query[t]) <= (Fixed)bound.QueryError(norms)[t]
            && PreciseNormalisation.Norm(key[t]) <= (Fixed)bound.KeyError(norms)[t]);
    }

    [Property(Arbitrary = [typeof(Certificates.Cases)], MaxTest = 500)]
    public bool The_score_path_in_float64_is_the_exact_one_to_rounding(HeadCase given)
    {
        var (score, query, key) = ExactScorePath(given);
        var computed = ScorePathGradient.Of(given.Head, given.G);

        // Two sums of up to d and T terms each, of products of at most max|g|·max|v| (and max|k| or max|q|).
        var size = given.Head.Query.ColumnCount;
        var unit = FloatingPoint.Binary64.Gamma(2 * (given.Head.TokenCount + size + 4)) * size * Largest(given.G) * Largest(given.Head.Value);
        return Close(computed.Score, score, 2 * unit)
            && Close(computed.Query, query, 2 * unit * given.Head.TokenCount * Largest(given.Head.Key))
            && Close(computed.Key, key, 2 * unit * given.Head.TokenCount * Largest(given.Head.Query));
    }

    [Fact]
    public void The_bounds_reach_a_tenth_on_two_tokens_and_vanish_with_the_off_peak_mass()
    {
        var value = Matrix<double>.Build.Dense(2, 1, [1, -1]);
        var key = Matrix<double>.Build.Dense(2, 1, [1, -1]);
        var g = Matrix<double>.Build.Dense(2, 1, [0, 1]);
        var previous = double.PositiveInfinity;
        foreach (var sharpness in new[] { 0.0, 1, 4, 10, 20 })
        {
            var head = Certificates.Cases.Softmax(Matrix<double>.Build.Dense(2, 1, sharpness + 1e-3), key, value);
            var exact = ScorePathGradient.Of(head, g);
            var bound = ScorePathBound.Of(head);
            var offPeak = head.Weights.Row(1).Minimum();
            if (sharpness < 20)
            {
                Assert.InRange(exact.Score.Row(1).L1Norm() / bound.Score[1], 0.1, 1);
                Assert.InRange(exact.Query.Row(1).L2Norm() / bound.Query[1], 0.1, 1);
                Assert.InRange(exact.Key.Row(0).L2Norm() / bound.Key[1, 0], 0.1, 1);
            }

            // 2(1 − max a)·spread, and rounding of the softmax's sum.
            Assert.True(bound.Score[1] <= (2 * offPeak * 2 * 1.001) + 1e-14, $"{bound.Score[1]} at off-peak mass {offPeak}");
            Assert.True(bound.Score[1] < previous);
            previous = bound.Score[1];
        }
    }

    [Property(Arbitrary = [typeof(Certificates.Cases)], MaxTest = 500)]
    public bool What_the_mask_drops_is_the_difference_of_the_two_value_paths(HeadCase given)
    {
        var all = given.Head.Weights.TransposeThisAndMultiply(given.G);
        var kept = Matrix<double>.Build.Dense(all.RowCount, all.ColumnCount);
        for (var i = 0; i < all.RowCount; i++)
        {
            for (var j = 0; j < all.RowCount; j++)
            {
                if (i >= j || given.Mask[j] == 1)
                {
                    kept.SetRow(i, kept.Row(i) + (given.Head.Weights[j, i] * given.G.Row(j)));
                }
            }
        }

        var difference = all - kept - MaskCertificate.DroppedFromValues(given.Head, given.G, given.Mask);
        return Largest(difference) <= 1e-14 * Largest(given.G);
    }

    [Fact]
    public void A_mask_of_zeros_then_ones_keeps_the_dropped_terms_away_from_trained_positions()
    {
        var random = new Random(51);
        var head = RandomHead(random, 6, 2);
        var g = Random(random, 6, 2);
        var monotone = Vector<double>.Build.Dense([0, 0, 0, 1, 1, 1]);
        var gap = Vector<double>.Build.Dense([0, 1, 0, 1, 1, 1]);
        Assert.True(MaskCertificate.LeavesUpdatesAlone(monotone));
        Assert.False(MaskCertificate.LeavesUpdatesAlone(gap));

        var dropped = MaskCertificate.DroppedFromValues(head, g, monotone);
        Assert.Equal(0, dropped.SubMatrix(2, 4, 0, 2).L1Norm());
        Assert.NotEqual(0, dropped.Row(0).L1Norm());
        Assert.NotEqual(0, MaskCertificate.DroppedFromValues(head, g, gap).Row(1).L1Norm());
    }

    [Fact]
    public void A_descent_drops_the_untrained_positions()
    {
        var random = new Random(52);
        var (g, x) = (Random(random, 5, 3), Random(random, 5, 2));
        var mask = Vector<double>.Build.Dense([1, 0, 1, 1, 0]);
        var trained = Matrix<double>.Build.DenseOfDiagonalVector(mask).Multiply(g).TransposeThisAndMultiply(x);
        var rest = g.TransposeThisAndMultiply(x) - trained - MaskCertificate.DroppedFromDescent(g, x, mask);
        Assert.InRange(rest.FrobeniusNorm(), 0, 1e-14);
    }

    [Fact]
    public void The_error_of_all_heads_stays_within_its_bound_and_reaches_a_tenth()
    {
        var largest = 0.0;
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            AttentionHead[] heads = [RandomHead(random, 2, 1), RandomHead(random, 2, 1)];
            var g = Random(random, 2, 2);
            var mask = Vector<double>.Build.Dense(2, _ => random.Next(2));
            Matrix<double> query = Random(random, 2, 2), key = Random(random, 2, 2), value = Random(random, 2, 2);
            var error = RowNorms.Of(AttentionCertificate.Error(heads, g, mask, query, key, value));
            var bound = AttentionCertificate.Bound(heads, g, mask, AttentionNorms.Of(query, key, value));
            for (var t = 0; t < 2; t++)
            {
                Assert.True(error[t] <= bound[t] + 1e-14, $"seed {seed}, row {t}: {error[t]} above {bound[t]}");
                largest = Math.Max(largest, error[t] / bound[t]);
            }
        }

        Assert.InRange(largest, 0.1, 1);
    }

    [Fact]
    public void Simulated_minus_exact_backward_is_the_score_path_and_the_dropped_terms_and_nothing_else()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var model = new RandomModel(seed);
            var configuration = model.Configuration with { Departures = Departures.Published with { GateLeak = false } };
            var heads = configuration.Auxiliary.HeadCount;
            var sequence = model.Sequence();
            Matrix<double> x = model.Matrix(7, 12), g = model.Matrix(7, 12);
            LinearParameters query = model.Linear(12, 12), key = model.Linear(12, 12), value = model.Linear(12, 12);

            var forward = ExactAttention.Forward(
                ExactLinear.Forward(query, x), ExactLinear.Forward(key, x), ExactLinear.Forward(value, x), heads);
            var exact = ExactAttention.Backward(forward, g, heads);
            var atInput = exact.Value.Multiply(value.Weight) + exact.Query.Multiply(query.Weight) + exact.Key.Multiply(key.Weight);
            var (_, memory) = SimulatedAttention.Forward(configuration, query, key, value, x, null);
            var (simulated, _, _) = SimulatedAttention.BackwardDescent(configuration, value, g, memory, sequence.TrainMask, null);

            var pieces = Enumerable.Range(0, heads).Select(h => new AttentionHead(
                ExactAttention.Weights(forward, h, heads), Part(forward.Query, h), Part(forward.Key, h), Part(forward.Value, h), 0.5)).ToArray();
            var mask = Vector<double>.Build.DenseOfEnumerable(sequence.TrainMask);
            var error = AttentionCertificate.Error(pieces, g, mask, query.Weight, key.Weight, value.Weight);

            // Sums over 12 coordinates and 7 tokens of products of four matrices, softmax of scores up to the largest.
            var magnitude = g.FrobeniusNorm() * query.Weight.FrobeniusNorm() * key.Weight.FrobeniusNorm() * forward.Value.FrobeniusNorm()
                * forward.Query.FrobeniusNorm();
            var rest = simulated - atInput - error;
            Assert.InRange(rest.FrobeniusNorm(), 0, FloatingPoint.Binary64.Gamma(100) * magnitude);
            Assert.True(error.FrobeniusNorm() > 1e-3 * atInput.FrobeniusNorm());
        }

        static Matrix<double> Part(Matrix<double> matrix, int head) => matrix.SubMatrix(0, 7, head * 4, 4);
    }

    [Fact]
    public void Drift_of_the_attention_weights_stays_within_its_bound()
    {
        var random = new Random(53);
        for (var trial = 0; trial < 200; trial++)
        {
            var head = RandomHead(random, 4, 2);
            var stored = Certificates.Cases.Softmax(1.1 * head.Query, head.Key, head.Value).Weights;
            var g = Random(random, 4, 2);
            var change = RowNorms.Of((stored - head.Weights).TransposeThisAndMultiply(g));
            var bound = AttentionCertificate.Drift([head], [stored], g);
            Assert.All(Enumerable.Range(0, 4), t => Assert.InRange(change[t], 0, bound[t] + 1e-15));
        }
    }

    [Fact]
    public void Rejects_pieces_that_do_not_fit()
    {
        var random = new Random(54);
        var head = RandomHead(random, 3, 2);
        var future = head.Weights.Clone();
        future[0, 2] = 0.5;
        var heavy = head.Weights.Clone();
        heavy[2, 1] = 3;
        var negative = head.Weights.Clone();
        negative[2, 1] = -0.1;
        var mask = Vector<double>.Build.Dense(3, 1);
        Assert.Throws<RuleViolationException>(() => Head(future));
        Assert.Throws<RuleViolationException>(() => Head(negative));
        Assert.Throws<RuleViolationException>(() => Head(Random(random, 2, 3)));
        Assert.Throws<RuleViolationException>(() => ScorePathBound.Of(Head(heavy)));
        Assert.Throws<RuleViolationException>(() => ScorePathGradient.Of(head, Random(random, 2, 2)));
        Assert.Throws<RuleViolationException>(() => MaskCertificate.DroppedFromValues(head, Random(random, 3, 2), 0.5 * mask));
        Assert.Throws<RuleViolationException>(() => MaskCertificate.DroppedFromValues(head, Random(random, 3, 2), mask.SubVector(0, 2)));
        Assert.Throws<RuleViolationException>(() => AttentionCertificate.Dropped([], Random(random, 3, 2), mask));
        Assert.Throws<RuleViolationException>(() => AttentionCertificate.Dropped([head], Random(random, 3, 3), mask));
        Assert.Throws<RuleViolationException>(() => AttentionCertificate.Drift([head], [], Random(random, 3, 2)));

        AttentionHead Head(Matrix<double> weights) => new(weights, head.Query, head.Key, head.Value, head.ScoreScale);
    }

    /// <summary>dS, dQ and dK in high precision, row by row.</summary>
    private static (Fixed[][] Score, Fixed[][] Query, Fixed[][] Key) ExactScorePath(HeadCase given)
    {
        var head = given.Head;
        var tokens = Enumerable.Range(0, head.TokenCount).ToArray();
        var columns = Enumerable.Range(0, head.Query.ColumnCount).ToArray();
        var score = tokens.Select(i =>
        {
            var slopes = tokens.Select(j => Sum(columns.Select(c => (Fixed)given.G[i, c] * head.Value[j, c]))).ToArray();
            var mean = Sum(tokens.Select(j => (Fixed)head.Weights[i, j] * slopes[j]));
            return tokens.Select(j => (Fixed)head.Weights[i, j] * (slopes[j] - mean)).ToArray();
        }).ToArray();
        return (
            score,
            [.. tokens.Select(i => columns.Select(c => (Fixed)head.ScoreScale * Sum(tokens.Select(j => score[i][j] * head.Key[j, c]))).ToArray())],
            [.. tokens.Select(j => columns.Select(c => (Fixed)head.ScoreScale * Sum(tokens.Select(i => score[i][j] * head.Query[i, c]))).ToArray())]);

        static Fixed Sum(IEnumerable<Fixed> terms) => terms.Aggregate((Fixed)0, (sum, term) => sum + term);
    }

    private static bool Close(Matrix<double> computed, Fixed[][] exact, double tolerance) =>
        computed.EnumerateIndexed().All(entry => Fixed.Abs(exact[entry.Item1][entry.Item2] - entry.Item3) <= (Fixed)tolerance);

    private static double Largest(Matrix<double> matrix) => matrix.Enumerate().Max(Math.Abs);

    private static AttentionHead RandomHead(Random random, int tokens, int width) =>
        Certificates.Cases.Softmax(Random(random, tokens, width), Random(random, tokens, width), Random(random, tokens, width));

    private static Matrix<double> Random(Random random, int rows, int columns) =>
        Matrix<double>.Build.Dense(rows, columns, (_, _) => (2 * random.NextDouble()) - 1);
}
