using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;

namespace Tint.Reference.Tests.Helpers;

/// <summary>Compares numbers with a computation that tracks its rounding.</summary>
internal static class Agreement
{
    /// <summary>
    /// No float64 bound may exceed this part of the values, which come from standard normal inputs: a bound that could hide a wrong weight would
    /// prove nothing. The largest in use is some 10·N·u = 1e-10, of ActivationBackward with N = 1e5.
    /// </summary>
    private const double LargestUsefulBound = 1e-8;

    /// <summary>Requires |expected − got| ≤ bound in every entry; where nothing was rounded the two must be equal. Gives the largest ratio.</summary>
    public static double Within(RoundingModel rounding, HiddenStates got, double[,] expected) =>
        Within(got.ToMatrix(), rounding.Bound(got.ToErrorMatrix()), expected);

    /// <summary>As <see cref="Within(RoundingModel, HiddenStates, double[,])"/>, for one matrix.</summary>
    public static double Within(RoundingModel rounding, Tracked got, double[,] expected) =>
        Within(got.Value, got.Error is null ? Zero(got.Value) : rounding.Bound(got.Error), expected);

    /// <summary>Requires |expected − got| ≤ bound in every entry. Gives the largest ratio.</summary>
    public static double Within(Matrix<double> got, Matrix<double> bound, double[,] expected)
    {
        Assert.Equal((expected.GetLength(0), expected.GetLength(1)), (got.RowCount, got.ColumnCount));
        var worst = 0.0;
        for (var row = 0; row < got.RowCount; row++)
        {
            for (var column = 0; column < got.ColumnCount; column++)
            {
                var (error, allowed) = (Math.Abs(got[row, column] - expected[row, column]), bound[row, column]);
                Assert.True(double.IsFinite(allowed) && allowed >= 0, Place(row, column, $"the bound is {allowed:R}"));
                Assert.True(
                    error <= allowed,
                    Place(row, column, string.Create(
                        CultureInfo.InvariantCulture,
                        $"got {got[row, column]:R}, expected {expected[row, column]:R}, error {error:0.00e+00}, bound {allowed:0.00e+00}")));
                worst = Math.Max(worst, error == 0 ? 0 : error / allowed);
            }
        }

        return worst;
    }

    /// <summary>Requires bounds that are small beside the values.</summary>
    public static void Sharp(RoundingModel rounding, HiddenStates got)
    {
        var largest = Math.Max(1, got.ToMatrix().Enumerate().Max(Math.Abs));
        var bound = rounding.Bound(got.ToErrorMatrix()).Enumerate().Max();
        Assert.True(bound <= LargestUsefulBound * largest, FormattableString.Invariant($"bound {bound} for values up to {largest}"));
    }

    private static Matrix<double> Zero(Matrix<double> like) => Matrix<double>.Build.Dense(like.RowCount, like.ColumnCount);

    private static string Place(int row, int column, string text) => $"row {row}, column {column}: {text}";
}
