using FsCheck;
using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Rounding;

public sealed class RoundingModelTests
{
    private const double Unit = RoundingModel.SingleRoundoff;

    [Fact]
    public void The_unit_roundoffs_are_half_the_distance_from_one_to_the_next_number()
    {
        Assert.Equal(RoundingModel.DoubleRoundoff, (Math.BitIncrement(1.0) - 1) / 2);
        Assert.Equal(RoundingModel.SingleRoundoff, (MathF.BitIncrement(1f) - 1) / 2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1e-16)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Rejects_a_unit_roundoff_that_is_not_a_positive_number(double roundoff)
    {
        Refusal.Of(() => new WorstCaseRounding(roundoff), "unit roundoff must be finite and positive");
        Refusal.Of(() => new MeanSquareRounding(roundoff), "unit roundoff must be finite and positive");
    }

    [Property]
    public void Worst_cases_add_up(NormalFloat first, NormalFloat second) =>
        Assert.Equal(first.Get + second.Get, new WorstCaseRounding(Unit).Combine(first.Get, second.Get));

    [Property]
    public void Mean_squares_combine_as_legs_of_a_right_angle(NonNegativeInt first, NonNegativeInt second)
    {
        var (a, b) = (first.Get * Unit, second.Get * Unit);
        var combined = new MeanSquareRounding(Unit).Combine(a, b);
        Assert.InRange(combined, Math.Max(a, b), a + b);
        Assert.Equal((a * a) + (b * b), combined * combined, 1e-15 * combined * combined);
    }

    [Fact]
    public void A_worst_case_of_k_roundings_is_gamma_k()
    {
        var rounding = new WorstCaseRounding(Unit);
        for (var count = 1; count < 1000; count++)
        {
            // (1 + u)^k − 1 ≤ γ_k, and not by more than its second order; 1e-9 for what the subtraction of 1 leaves of a double's digits.
            var grown = Math.Pow(1 + Unit, count) - 1;
            Assert.InRange(rounding.Accumulated(count), grown * (1 - 1e-9), grown * (1 + (count * Unit) + 1e-9));
        }
    }

    [Fact]
    public void Mean_squares_of_k_roundings_grow_with_the_root_of_k_and_bound_any_k_of_them_with_certainty()
    {
        var rounding = new MeanSquareRounding(Unit);
        Assert.Equal(Unit, rounding.Accumulated(1));
        Assert.Equal(5 * Unit, rounding.Accumulated(25), 1e-20);
        for (var count = 1; count < 1000; count++)
        {
            Assert.InRange(rounding.Bound(rounding.Accumulated(count)), count * Unit * (1 - 1e-15), Math.Max(8 * Math.Sqrt(count), count) * Unit * (1 + 1e-15));
        }
    }

    [Fact]
    public void A_bound_is_the_tracked_error_in_the_worst_case_and_eight_deviations_of_the_mean_square()
    {
        var tracked = Matrix<double>.Build.DenseOfArray(new[,] { { 0, 1e-7 }, { 2e-7, 3e-7 } });
        Assert.Equal(tracked, new WorstCaseRounding(Unit).Bound(tracked));
        Assert.Equal(1e-7, new WorstCaseRounding(Unit).Bound(1e-7));
        Assert.Equal(tracked * MeanSquareRounding.Confidence, new MeanSquareRounding(Unit).Bound(tracked));
        Assert.Equal(8e-7, new MeanSquareRounding(Unit).Bound(1e-7), 1e-20);
    }

    /// <summary>A number written down, −2.0, then minus that, without a rounding: no error appears from nowhere.</summary>
    [Fact]
    public void Exact_operations_leave_no_error()
    {
        foreach (var rounding in (RoundingModel[])[new WorstCaseRounding(Unit), new MeanSquareRounding(Unit)])
        {
            var arithmetic = Arithmetic.Tracking(rounding);
            var a = new Tracked(Matrix<double>.Build.Dense(2, 2, -2.0));
            Assert.All(arithmetic.Scale(a, TrackedScalar.Exact(-1))!.Error!.Enumerate(), error => Assert.Equal(0, error));
            Assert.All(
                arithmetic.Activate(a, ActivationKind.Relu).Error!.Enumerate(), error => Assert.Equal(0, error));
        }
    }

    [Fact]
    public void More_roundings_than_one_over_u_have_no_bound()
    {
        var rounding = new WorstCaseRounding(1.0 / 256);
        Assert.Equal(double.PositiveInfinity, rounding.Accumulated(256));
        Assert.Equal(double.PositiveInfinity, rounding.Accumulated(1000));
    }

    [Fact]
    public void Errors_beyond_all_measure_never_make_a_bound_that_is_no_number()
    {
        foreach (var rounding in (RoundingModel[])[new WorstCaseRounding(Unit), new MeanSquareRounding(Unit)])
        {
            var scores = new Tracked(Matrix<double>.Build.Dense(2, 2, 1.0), Matrix<double>.Build.Dense(2, 2, 1e4));
            var weights = Arithmetic.Tracking(rounding).Softmax(scores, 1, firstQuery: 0);
            Assert.All(weights.Error!.Enumerate(), error => Assert.False(double.IsNaN(error)));
            Assert.Equal(0, weights.Error![0, 1]);
        }
    }

    /// <summary>exp(e) − 1 would lose errors e below the roundoff of the double that it is computed in.</summary>
    [Fact]
    public void The_smallest_errors_pass_through_a_softmax()
    {
        const double Error = 1e-17;
        var rounding = new WorstCaseRounding(1e-30);
        var scores = new Tracked(Matrix<double>.Build.Dense(1, 4, 1.0), Matrix<double>.Build.Dense(1, 4, Error));
        var weights = Arithmetic.Tracking(rounding).Softmax(scores, 1);

        // A weight of 1/4 moves by 1/4·3/4 of the errors of its own exponent and of the others'.
        Assert.All(weights.Error!.Enumerate(), error => Assert.InRange(error, 0.25 * 0.75 * 2 * Error, 0.25 * 0.75 * 2 * Error * (1 + 1e-9)));
    }
}
