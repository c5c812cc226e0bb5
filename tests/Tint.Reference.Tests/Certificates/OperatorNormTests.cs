using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Certificates;

namespace Tint.Reference.Tests.Certificates;

public sealed class OperatorNormTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(7, 3)]
    [InlineData(40, 40)]
    [InlineData(90, 20)]
    public void Lies_just_above_the_largest_singular_value(int rows, int columns)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var size = Math.Pow(10, (20 * random.NextDouble()) - 10);
            var matrix = Matrix<double>.Build.Dense(rows, columns, (_, _) => size * ((2 * random.NextDouble()) - 1));
            var norm = matrix.Svd(computeVectors: false).L2Norm;
            var smaller = Math.Min(rows, columns);

            // The singular value itself is good to about n·u.
            Assert.InRange(OperatorNorm.UpperBound(matrix) / norm, 1 - 1e-13, Math.Pow(smaller, 1 / 128.0) * (1 + 1e-11));
        }
    }

    [Fact]
    public void Of_zero_is_zero_and_of_one_row_is_its_length()
    {
        Assert.Equal(0, OperatorNorm.UpperBound(Matrix<double>.Build.Dense(3, 2)));
        Assert.Equal(5, OperatorNorm.UpperBound(Matrix<double>.Build.Dense(1, 2, [3, 4])), 1e-10);
    }

    [Fact]
    public void Rejects_numbers_that_are_not_finite() => Assert.Throws<RuleViolationException>(
        () => OperatorNorm.UpperBound(Matrix<double>.Build.Dense(1, 2, [1, double.NaN])));
}
