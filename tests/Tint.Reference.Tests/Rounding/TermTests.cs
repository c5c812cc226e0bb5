using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Input;
using Tint.Reference.Modules.Loss;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Tests.DenseEvaluation;
using Tint.Reference.Tests.Helpers;
using Xunit.Abstractions;

namespace Tint.Reference.Tests.Rounding;

/// <summary>
/// Each term of the rounding bounds from both sides: numbers that break the bound if the term is left out or a small part of it is charged, and that
/// come within a stated factor of it, so that it cannot be many times too large either.
/// </summary>
public sealed class TermTests(ITestOutputHelper output)
{
    private static readonly FloatFormat Single = FloatFormat.Binary32;

    public static TheoryData<bool> Models => [true, false];

    /// <summary>Scores near 3000 in float32: scale·x is off by up to 3000u, which the difference of two of them keeps.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void Softmax_needs_the_roundings_of_its_exponents(bool worstCase)
    {
        const double Scale = 0.3;
        var rounding = Model(worstCase);
        Within(worstCase ? 0.1 : 0.02, 200, seed =>
        {
            var random = new RandomNumbers(seed);
            var x = Matrix<double>.Build.Dense(1, 4, (_, _) => Single.Round(1e4 + random.Uniform()));
            double[] exponents = [.. x.Row(0).Select(score => Single.Times(Single.Round(Scale), score))];
            double[] powers = [.. exponents.Select(exponent => Single.Exp(Single.Subtract(exponent, exponents.Max())))];
            var sum = Single.Sum(powers);
            return (rounding, Arithmetic.Tracking(rounding).Softmax(new Tracked(x), Scale), Grid.Of(1, 4, (_, j) => Single.Divide(powers[j], sum)));
        });
    }

    /// <summary>x + (m − x) with |x| far above |m|: the difference rounds to a multiple of x's last bit. With x near 0 both roundings are of m.</summary>
    [Theory]
    [InlineData(1e4, 1.0, true, 0.3)]
    [InlineData(0.3, 1.0, true, 0.65)]
    [InlineData(1e4, 1.0, false, 0.04)]
    public void A_residual_put_back_needs_both_its_roundings(double x, double m, bool worstCase, double least)
    {
        var rounding = Model(worstCase);
        Within(least, 400, seed =>
        {
            var random = new RandomNumbers(seed);
            Matrix<double> old = Floats(random, x), next = Floats(random, m);
            return (rounding, Arithmetic.Tracking(rounding).Replace(new Tracked(old), new Tracked(next))!, Grid.Of(1, 8, (_, j) =>
                Single.Add(old[0, j], Single.Subtract(next[0, j], old[0, j]))));
        });

        static Matrix<double> Floats(RandomNumbers random, double size) =>
            Matrix<double>.Build.Dense(1, 8, (_, _) => Single.Round(size * (1 + random.Uniform())));
    }

    /// <summary>A large term, then 511 that each round away: all roundings of the sum have one sign.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void A_sum_needs_all_its_roundings_where_every_term_rounds_away(bool worstCase)
    {
        const int Terms = 512;
        var rounding = Model(worstCase);
        Within(0.3, 20, seed =>
        {
            var random = new RandomNumbers(seed);
            var a = Matrix<double>.Build.Dense(1, Terms, (_, j) => Single.Round(j == 0 ? 1 : 5.9e-8 * (1 - (0.1 * random.Uniform()))));
            var ones = Matrix<double>.Build.Dense(Terms, 1, 1);
            return (rounding, Arithmetic.Tracking(rounding).Multiply(new Tracked(a), new Tracked(ones)), Grid.Of(1, 1, (_, _) => Single.Sum(a.Row(0))));
        });
    }

    /// <summary>Products of floats near 1e-45 round to multiples of the least subnormal.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void A_product_needs_what_it_loses_by_underflow(bool worstCase)
    {
        var rounding = Model(worstCase);
        Within(worstCase ? 0.2 : 0.02, 50, seed =>
        {
            var random = new RandomNumbers(seed);
            Matrix<double> a = Tiny(random, 3, 1), b = Tiny(random, 1, 3);
            return (rounding, Arithmetic.Tracking(rounding).Multiply(new Tracked(a), new Tracked(b)), Grid.Of(3, 3, (i, j) => Single.Times(a[i, 0], b[0, j])));
        });
        Within(worstCase ? 0.2 : 0.02, 50, seed =>
        {
            var a = Tiny(new RandomNumbers(seed), 3, 3);
            var c = Single.Round(1e-23);
            return (rounding, Arithmetic.Tracking(rounding).Scale(new Tracked(a), TrackedScalar.Exact(c))!, Grid.Of(3, 3, (i, j) => Single.Times(c, a[i, j])));
        });

        static Matrix<double> Tiny(RandomNumbers random, int rows, int columns) =>
            Matrix<double>.Build.Dense(rows, columns, (_, _) => Single.Round(1e-22 * random.Uniform()));
    }

    /// <summary>Doubles near 1e-162 in units of the least subnormal, in which their product is exact enough to compare with.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void A_product_of_doubles_needs_what_it_loses_by_underflow(bool worstCase)
    {
        var rounding = worstCase ? (RoundingModel)new WorstCaseRounding(2 * RoundingModel.DoubleRoundoff) : new MeanSquareRounding(2 * RoundingModel.DoubleRoundoff);
        var largest = 0.0;
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new RandomNumbers(seed);
            double a = 3e-162 * random.Uniform(), b = 3e-162 * random.Uniform();
            var got = Arithmetic.Tracking(rounding).Multiply(new Tracked(One(a)), new Tracked(One(b)));
            var error = Math.Abs((got.Value[0, 0] / double.Epsilon) - (Math.ScaleB(a, 537) * Math.ScaleB(b, 537)));
            var bound = rounding.Bound(got.Error!)[0, 0] / double.Epsilon;
            Assert.InRange(error, 0, bound);
            largest = Math.Max(largest, error / bound);
        }

        Assert.InRange(largest, worstCase ? 0.1 : 0.01, 1);
    }

    [Fact]
    public void Mean_squares_of_errors_near_the_bottom_of_the_range_do_not_vanish()
    {
        var rounding = new MeanSquareRounding(RoundingModel.DoubleRoundoff);
        Assert.Equal(5e-200, rounding.Combine(3e-200, 4e-200), 1e-210);
        Assert.Equal(5e200, rounding.Combine(3e200, 4e200), 1e190);
        var product = Arithmetic.Tracking(rounding).Multiply(new Tracked(One(1e-158), One(1e-172)), new Tracked(One(1)));
        Assert.InRange(product.Error![0, 0], 1e-172, 1.1e-172);
    }

    /// <summary>512 tokens, equal or two by turns or of either sign: what each is off by is common, and its sum is 512 times that.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_sum_over_tokens_that_repeat_needs_their_errors_added_up(int distinct)
    {
        const int Tokens = 512;
        const double Relative = 1e-9;
        var rounding = new MeanSquareRounding(RoundingModel.DoubleRoundoff);
        foreach (var signs in new[] { 1, -1 })
        {
            Matrix<double> g = Rows(1.3), x = Rows(0.7);
            var got = Arithmetic.Tracking(rounding).TransposeThisAndMultiply(new Tracked(g, g.PointwiseAbs() * Relative), new Tracked(x, x.PointwiseAbs() * Relative));
            var moved = Arithmetic.Plain.TransposeThisAndMultiply(new Tracked(g * (1 + (4 * Relative))), new Tracked(x * (1 + (4 * Relative))));

            // Each operand is off by four of its deviations of eight, in one direction.
            var ratio = Agreement.Within(rounding, got, Grid.Of(moved.Value));
            output.WriteLine(FormattableString.Invariant($"{distinct} distinct tokens: {ratio:0.000}"));
            Assert.InRange(ratio, 0.5, 1);

            Matrix<double> Rows(double value) => Matrix<double>.Build.Dense(
                Tokens, 2, (t, c) => value * (1 + (t % distinct)) * (1 + c) * (t % 3 == 0 ? signs : 1));
        }
    }

    [Fact]
    public void A_sum_over_tokens_that_differ_keeps_the_root_of_their_number()
    {
        const int Tokens = 512;
        var rounding = new MeanSquareRounding(RoundingModel.DoubleRoundoff);
        var (g, ones) = (new RandomNumbers(1).Matrix(Tokens, 1), Matrix<double>.Build.Dense(Tokens, 1, 1));
        var errors = Matrix<double>.Build.Dense(Tokens, 1, 1e-9);
        var got = Arithmetic.Tracking(rounding).TransposeThisAndMultiply(new Tracked(g, errors), new Tracked(ones));
        Assert.InRange(got.Error![0, 0], 1e-9 * Math.Sqrt(Tokens), 1.1e-9 * Math.Sqrt(Tokens));
    }

    /// <summary>The sensitivity of a weight a is a(1 − a): far from 0 for scores that are near each other, however large, and 0 for one that wins.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void A_softmax_of_any_scores_has_a_finite_bound_and_a_sharp_one_where_one_score_wins(bool worstCase)
    {
        var arithmetic = Arithmetic.Tracking(Model(worstCase));
        for (var power = 0; power <= 12; power++)
        {
            var size = Math.Pow(10, power);
            var scores = Matrix<double>.Build.DenseOfArray(new[,] { { size, size, 0.5 * size }, { size, 0, -size } });
            var weights = arithmetic.Softmax(new Tracked(scores, scores.PointwiseAbs() * 1e-4), 1);
            var bound = Model(worstCase).Bound(weights.Error!);
            Assert.All(bound.Enumerate(), entry => Assert.InRange(entry, 0, 1.001));
            Assert.True(power < 6 || bound[0, 0] > 0.49, "two scores that their errors can tell apart or not move by half");
            Assert.True(power is < 3 or > 4 || bound[1, 0] < 1e-4, FormattableString.Invariant($"1e{power}: a score that wins by far: {bound[1, 0]}"));
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void The_reported_loss_needs_the_errors_of_logits_and_its_own_roundings(bool worstCase)
    {
        const double Relative = 1e-6;
        var rounding = Model(worstCase);
        var sequence = new TokenSequence { InputIds = [1, 2], TrainMask = [0, 0], Labels = [0, 2] };
        var (ofLogits, own) = (0.0, 0.0);
        for (var seed = 0; seed < 200; seed++)
        {
            var logits = new RandomNumbers(seed).Matrix(2, 5, 4);
            var loss = ReportedLoss.Compute([(sequence, new Tracked(logits))], Arithmetic.Tracking(rounding))!.Value;
            var largest = logits.Row(0).Maximum();
            var sum = Single.Sum(logits.Row(0).Select(logit => Single.Exp(Single.Subtract(logit, largest))));
            var single = Single.Subtract(Single.Add(largest, Single.Round(Math.Log(sum))), logits[0, 2]);
            own = Math.Max(own, Math.Abs(single - loss.Value) / rounding.Bound(loss.Error));

            var moved = logits.Clone();
            moved.SetRow(0, logits.Row(0) + Relative);
            moved[0, 2] -= 2 * Relative;
            var errors = Matrix<double>.Build.Dense(2, 5, rounding is MeanSquareRounding ? Relative / MeanSquareRounding.Confidence : Relative);
            var tracked = ReportedLoss.Compute([(sequence, new Tracked(logits, errors))], Arithmetic.Tracking(rounding))!.Value;
            var plain = ReportedLoss.Compute([(sequence, new Tracked(moved))], Arithmetic.Plain)!.Value;
            ofLogits = Math.Max(ofLogits, Math.Abs(plain.Value - tracked.Value) / (rounding.Bound(tracked.Error) - rounding.Bound(loss.Error)));
        }

        output.WriteLine(FormattableString.Invariant($"own {own:0.000}, of the logits {ofLogits:0.000}"));
        Assert.InRange(own, 0.01, 1);
        Assert.InRange(ofLogits, 0.5, 1.0001);
    }

    private static RoundingModel Model(bool worstCase) => worstCase ? new WorstCaseRounding(Single.Apart) : new MeanSquareRounding(Single.Apart);

    private static Matrix<double> One(double value) => Matrix<double>.Build.Dense(1, 1, value);

    /// <summary>The largest error/bound over seeds is at most 1 and at least <paramref name="least"/>.</summary>
    private void Within(double least, int seeds, Func<int, (RoundingModel Rounding, Tracked Got, double[,] Expected)> run)
    {
        var largest = Enumerable.Range(0, seeds).Max(seed =>
        {
            var (rounding, got, expected) = run(seed);
            return Agreement.Within(rounding, got, expected);
        });
        output.WriteLine(FormattableString.Invariant($"{largest:0.000}"));
        Assert.InRange(largest, least, 1);
    }
}
