using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Primitives;

public sealed class HiddenStatesTests
{
    private static readonly TintConfiguration Small = SmallModels.Configuration;

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    [InlineData(11)]
    public void Rejects_states_without_a_token_or_with_more_than_the_position_table_serves(int rows) => Refusal.Of(
        () => HiddenStates.From(Small, Matrix<double>.Build.Dense(rows, 24)),
        "PrefixCount + T rows with T from 1 to Auxiliary.MaximumPositions",
        $"{rows} rows for PrefixCount 2 and Auxiliary.MaximumPositions 8");

    [Fact]
    public void Rejects_states_of_another_width() =>
        Refusal.Of(() => HiddenStates.From(Small, Matrix<double>.Build.Dense(5, 23)), "hidden states must be [5 × 24]", "[5 × 23]");

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void Rejects_states_that_are_not_finite(double value)
    {
        var states = Matrix<double>.Build.Dense(5, 24);
        states[3, 7] = value;
        Refusal.Of(() => HiddenStates.From(Small, states), "hidden states must hold finite numbers only", "at row 3, column 7");
    }

    [Fact]
    public void Prefixes_come_first()
    {
        var states = HiddenStates.From(Small, Matrix<double>.Build.Dense(5, 24, (row, _) => row + 1));
        Assert.Equal((2, 3), (states.Prefixes.RowCount, states.Tokens.RowCount));
        Assert.Equal(2, states.Prefixes[0]!.Value[1, 0]);
        Assert.Equal(3, states.Tokens[3]!.Value[0, 5]);
    }

    [Fact]
    public void A_residual_connection_adds_states_and_errors()
    {
        var random = new RandomNumbers(3);
        var (a, b) = (random.Matrix(5, 24), random.Matrix(5, 24));
        var rounding = new WorstCaseRounding(RoundingModel.DoubleRoundoff);
        var sum = HiddenStates.From(Small, a).Add(HiddenStates.From(Small, b), Arithmetic.Tracking(rounding));
        Assert.Equal(a + b, sum.ToMatrix());
        Assert.Equal((a + b).PointwiseAbs() * RoundingModel.DoubleRoundoff, sum.ToErrorMatrix());
    }

    [Fact]
    public void Adding_nothing_rounds_nothing()
    {
        var states = HiddenStates.From(Small, new RandomNumbers(4).Matrix(5, 24));
        var nothing = HiddenStates.From(Small, Matrix<double>.Build.Dense(5, 24));
        var sum = states.Add(nothing, Arithmetic.Tracking(new WorstCaseRounding(RoundingModel.DoubleRoundoff)));
        Assert.Same(states.Tokens[0], sum.Tokens[0]);
        Assert.All(sum.ToErrorMatrix().Enumerate(), error => Assert.Equal(0, error));
    }
}
