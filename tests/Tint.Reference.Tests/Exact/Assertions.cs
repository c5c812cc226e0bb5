using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Tests.Exact;

/// <summary>Comparisons relative to the largest expected entry.</summary>
internal static class Assertions
{
    /// <summary>Requires max|actual − expected| ≤ tolerance·max(max|expected|, leastScale); without a least scale, 0 expects exactly 0.</summary>
    public static void Close(
        ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance, string name, double leastScale = 0)
    {
        Assert.True(expected.Length == actual.Length, $"{name}: {actual.Length} entries for {expected.Length}");
        var (scale, error, worst) = (Math.Max(leastScale, Largest(expected)), 0.0, 0);
        for (var i = 0; i < expected.Length; i++)
        {
            var difference = Math.Abs(expected[i] - actual[i]);
            if (!(difference <= error))
            {
                (error, worst) = (difference, i);
            }
        }

        Assert.True(
            error <= tolerance * scale,
            $"{name}: entry {worst} is {actual[worst]:R}, expected {expected[worst]:R}; error {error:G3} of {scale:G3}, tolerance {tolerance:G3}");
    }

    /// <inheritdoc cref="Close(ReadOnlySpan{double}, ReadOnlySpan{double}, double, string, double)"/>
    public static void Close(Matrix<double> expected, Matrix<double> actual, double tolerance, string name)
    {
        Assert.True(
            expected.RowCount == actual.RowCount && expected.ColumnCount == actual.ColumnCount,
            $"{name}: [{actual.RowCount} × {actual.ColumnCount}] for [{expected.RowCount} × {expected.ColumnCount}]");
        Close(expected.ToColumnMajorArray(), actual.ToColumnMajorArray(), tolerance, name);
    }

    /// <summary>max|values|.</summary>
    public static double Largest(ReadOnlySpan<double> values)
    {
        var largest = 0.0;
        foreach (var value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest;
    }
}
