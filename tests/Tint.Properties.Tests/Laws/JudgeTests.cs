using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Laws;

namespace Tint.Properties.Tests.Laws;

public sealed class JudgeTests
{
    [Fact]
    public void Keeps_the_worst_ratio_and_where_it_was()
    {
        var judge = new Judge();
        judge.Near("a", 1, 1.5, 1);
        judge.Near("b", Build(1, 2), Build(1, 2.75), Build(1, 1));
        judge.Near("c", 1, 1.1, 1);
        Assert.Equal((0.75, 4), (judge.Verdict.Ratio, judge.Verdict.Comparisons));
        Assert.StartsWith("b[0, 1]: expected 2, got 2.75", judge.Verdict.Worst, StringComparison.Ordinal);
        Assert.True(judge.Verdict.Holds);
    }

    [Fact]
    public void An_error_with_a_bound_of_zero_breaks_the_law_and_none_does_not()
    {
        var judge = new Judge();
        judge.Near("same", 1, 1, 0);
        Assert.True(judge.Verdict.Holds);
        judge.Near("different", 1, Math.BitIncrement(1.0), 0);
        Assert.False(judge.Verdict.Holds);
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(1, double.NaN)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(1, double.PositiveInfinity)]
    [InlineData(1, -1)]
    public void What_is_not_a_number_or_no_bound_breaks_the_law(double actual, double bound)
    {
        var judge = new Judge();
        judge.Near("entry", 1, actual, bound);
        Assert.False(judge.Verdict.Holds);
        Assert.Equal(double.PositiveInfinity, judge.Verdict.Ratio);
    }

    [Fact]
    public void Another_shape_breaks_the_law()
    {
        var judge = new Judge();
        judge.Near("matrix", Build(1, 2), Build(1), Build(1, 1));
        Assert.False(judge.Verdict.Holds);
    }

    [Fact]
    public void Without_a_comparison_a_law_does_not_apply()
    {
        var verdict = new Judge().Verdict;
        Assert.False(verdict.Applies);
        Assert.True(verdict.Holds);
    }

    private static Matrix<double> Build(params double[] row) => Matrix<double>.Build.DenseOfRowArrays(row);
}
