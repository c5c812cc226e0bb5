using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Configuration;

public sealed class RequireTests
{
    [Fact]
    public void Guards_give_back_what_passes()
    {
        Assert.Equal(3, Require.AtLeast(3, 3, "n"));
        Assert.Equal(0.5, Require.AtLeast(0.5, 0.25, "x"));
        Assert.Equal(1e-300, Require.Positive(1e-300, "x"));
        Assert.Equal(-4.0, Require.Finite(-4.0, "x"));
    }

    [Fact]
    public void Numbers_are_written_the_same_everywhere()
    {
        var refusal = Refusal.Of(() => Require.AtLeast(0.25, 0.5, "share"));
        Assert.Equal("share must be at least 0.5", refusal.Rule);
        Assert.Equal("0.25", refusal.Found);
        Refusal.Of(() => Require.AtLeast(double.NaN, 0.5, "share"), "got NaN");
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void Says_where_a_matrix_or_vector_is_not_finite(double value, string text)
    {
        var matrix = Matrix<double>.Build.Dense(3, 4);
        matrix[2, 1] = value;
        var refusal = Refusal.Of(() => Require.Finite(matrix, "W"), "W must hold finite numbers only");
        Assert.Equal($"{text} at row 2, column 1", refusal.Found);

        var vector = Vector<double>.Build.Dense(5);
        vector[4] = value;
        Assert.Equal($"{text} at 4", Refusal.Of(() => Require.Finite(vector, "b")).Found);
        Refusal.Of(() => Require.Finite(value, "eta"), "eta must be finite", text);
    }

    [Fact]
    public void Says_both_shapes_where_they_differ()
    {
        Require.Shape(Matrix<double>.Build.Dense(2, 3), 2, 3, "W");
        var refusal = Refusal.Of(() => Require.Shape(Matrix<double>.Build.Dense(2, 3), 3, 2, "W"));
        Assert.Equal(("W must be [3 × 2]", "[2 × 3]"), (refusal.Rule, refusal.Found));
        Refusal.Of(() => Require.Length(Vector<double>.Build.Dense(2), 3, "b"), "b must have 3 entries", "got 2");
    }
}
