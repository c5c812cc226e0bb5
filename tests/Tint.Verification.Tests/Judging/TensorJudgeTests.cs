using FsCheck.Xunit;
using Tint.Reference.Auxiliary;
using Tint.Verification.Engines;
using Tint.Verification.Judging;

namespace Tint.Verification.Tests.Judging;

public class TensorJudgeTests
{
    [Fact]
    public void Passes_entries_on_their_bounds_and_reports_the_largest_ratio()
    {
        var judgement = Judge([1, 2, 4], [1.5, 2, 3], [0.5, 1, 4]);
        Assert.True(judgement.Passed);
        Assert.Equal((1, 0.5, 0.5, 1), (judgement.Ratio, judgement.Error, judgement.Bound, judgement.Absolute));
        Assert.Equal(0.25, judgement.Relative);
        Assert.Null(judgement.First);
    }

    [Fact]
    public void Fails_on_one_entry_beyond_its_bound_and_names_the_first()
    {
        var judgement = Judge([1, 2, 3, 4], [1, 2.5, 3, 5], [0.1, 0.25, 0.1, 0.125], [2, 2]);
        Assert.False(judgement.Passed);
        Assert.Equal("2 of 4 values differ by more than the bound", judgement.Problem);
        Assert.Equal([0, 1], judgement.First!.Index);
        Assert.Equal((2, 2.5, 0.25, 2), (judgement.First.Expected, judgement.First.Got, judgement.First.Bound, judgement.First.Ratio));
        Assert.Equal(8, judgement.Ratio);
    }

    [Fact]
    public void Without_a_bound_the_last_bit_counts()
    {
        Assert.True(Judge([1, -0.0], [1, 0.0], null).Passed);
        var judgement = Judge([1, 2], [1, Math.BitIncrement(2.0)], null);
        Assert.False(judgement.Passed);
        Assert.Equal(double.PositiveInfinity, judgement.Ratio);
        Assert.Equal(0, judgement.Bound);
    }

    [Fact]
    public void A_ceiling_catches_an_error_that_a_loose_bound_allows()
    {
        var judgement = Judge([1, 2], [1 + 1e-6, 2], [1, 1], ceiling: 1e-10);
        Assert.False(judgement.Passed);
        Assert.Equal("the relative error 5.0e-07 is above the ceiling 1.0e-10", judgement.Problem);
        Assert.Equal([0], judgement.First!.Index);
        Assert.True(Judge([1, 2], [1 + 1e-6, 2], [1, 1], ceiling: null).Passed);
    }

    [Fact]
    public void Against_zeros_the_relative_error_is_the_absolute_one()
    {
        Assert.False(Judge([0, 0], [0, 2e-10], [1, 1], ceiling: 1e-10).Passed);
        Assert.True(Judge([0, 0], [0, 5e-11], [1, 1], ceiling: 1e-10).Passed);
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(1, double.NaN)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    public void Fails_on_a_value_that_is_not_finite(double expected, double got)
    {
        var judgement = Judge([1, expected], [1, got], [1, 1]);
        Assert.Equal("a value is not finite", judgement.Problem);
        Assert.Equal([1], judgement.First!.Index);
        Assert.True(double.IsNaN(judgement.Absolute));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1)]
    public void Fails_on_a_bound_that_allows_no_comparison(double bound) =>
        Assert.StartsWith("the bound is ", Judge([1, 1], [1, 1], [1, bound]).Problem, StringComparison.Ordinal);

    [Fact]
    public void Where_a_bound_has_overflowed_the_ceiling_is_the_bound()
    {
        var judgement = Judge([1, 2], [1, 2 + 1e-10], [1e-9, double.PositiveInfinity], ceiling: 1e-10);
        Assert.True(judgement.Passed);
        Assert.Equal(2e-10, judgement.Bound, 1e-24);
        Assert.Equal(0.5, judgement.Ratio, 1e-5);
        Assert.False(Judge([1, 2], [1, 2 + 3e-10], [1, double.PositiveInfinity], ceiling: 1e-10).Passed);
        Assert.StartsWith("the bound is ", Judge([1, 1], [1, 1], [1, double.NaN], ceiling: 1).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Fails_on_another_shape()
    {
        var computed = new ComputedTensor(new Tensor([3, 2], new double[6]), null);
        Assert.Equal(
            "the shape is [3 × 2], expected [2 × 3]", TensorJudge.Judge("t", "e", new Tensor([2, 3], new double[6]), computed, null).Problem);
    }

    [Fact]
    public void Fails_on_a_bound_of_another_shape()
    {
        var computed = new ComputedTensor(new Tensor([2], new double[2]), new Tensor([1], [1]));
        Assert.Equal(
            "the bound's shape is [1], expected [2]", TensorJudge.Judge("t", "e", new Tensor([2], new double[2]), computed, null).Problem);
    }

    [Property]
    public bool Passes_exactly_where_the_largest_ratio_is_at_most_one(double[] expected, int at, bool beyond)
    {
        var finite = expected.Where(double.IsFinite).Select(value => Math.Clamp(value, -1e6, 1e6)).Append(1).ToArray();
        var got = finite.ToArray();
        var changed = (int)((uint)at % got.Length);
        got[changed] += beyond ? 3 : 0.5;
        var judgement = Judge(finite, got, [.. finite.Select(_ => 1.0)]);
        return judgement.Passed == !beyond && judgement.Passed == judgement.Ratio <= 1
            && (judgement.Passed || judgement.First!.Index[0] == changed);
    }

    private static TensorJudgement Judge(
        double[] expected, double[] got, double[]? bound, int[]? shape = null, double? ceiling = null)
    {
        shape ??= [expected.Length];
        return TensorJudge.Judge(
            "expected.t", "engine", new Tensor(shape, expected), new ComputedTensor(new Tensor(shape, got), bound is null ? null : new Tensor(shape, bound)), ceiling);
    }
}
