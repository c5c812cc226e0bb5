using System.Globalization;
using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Tests.Simulation;

/// <summary>
/// How far two correct computations of the same numbers may lie apart. n roundings of relative size u, each of either sign, add up to about
/// λ√n·u·magnitude, where magnitude bounds what is rounded (probabilistic rounding analysis; one entry in about 2·exp(−λ²/2) = 7e-4 would
/// reach λ = 4 if every rounding were as large as it can be, which none here comes near). Both computations round: twice that.
/// </summary>
internal static class Rounding
{
    /// <summary>u of float64.</summary>
    public const double Double = 1.0 / (1L << 53);

    /// <summary>u of float32.</summary>
    public const double Single = 1.0 / (1L << 24);

    private const double Lambda = 4;

    public static double Bound(int operations, double magnitude, double unit = Double) =>
        2 * Lambda * Math.Sqrt(operations) * unit * magnitude;

    /// <summary>Requires every entry to agree within <paramref name="bound"/>.</summary>
    public static void Expect(string what, Matrix<double> expected, Matrix<double> actual, double bound)
    {
        Assert.Equal((expected.RowCount, expected.ColumnCount), (actual.RowCount, actual.ColumnCount));
        foreach (var (row, column, value) in expected.EnumerateIndexed())
        {
            var error = Math.Abs(value - actual[row, column]);
            Assert.True(
                error <= bound,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{what}: row {row}, column {column}: expected {value:r}, got {actual[row, column]:r}, error {error:e2}, bound {bound:e2}"));
        }
    }
}
