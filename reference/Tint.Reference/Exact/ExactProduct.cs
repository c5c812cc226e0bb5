using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Exact;

/// <summary>The product y = a∘b of two signals of the auxiliary model, and its exact backward pass.</summary>
public static class ExactProduct
{
    /// <summary>a∘b, [T × width].</summary>
    /// <exception cref="RuleViolationException">a and b have different shapes.</exception>
    public static Matrix<double> Forward(Matrix<double> left, Matrix<double> right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        Require.Shape(right, left.RowCount, left.ColumnCount, "the second factor of a product");
        return left.PointwiseMultiply(right);
    }

    /// <summary>∂a = b∘g and ∂b = a∘g for the gradient g of the output, [T × width] each.</summary>
    /// <exception cref="RuleViolationException">A shape does not fit.</exception>
    public static (Matrix<double> Left, Matrix<double> Right) Backward(Matrix<double> left, Matrix<double> right, Matrix<double> g)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ArgumentNullException.ThrowIfNull(g);
        Require.Shape(right, left.RowCount, left.ColumnCount, "the second factor of a product");
        Require.Shape(g, left.RowCount, left.ColumnCount, "the product's output gradient");
        return (right.PointwiseMultiply(g), left.PointwiseMultiply(g));
    }
}
