using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Exact;

/// <summary>The gated unit y = σ(z)∘b of the auxiliary model, and its exact backward pass.</summary>
public static class ExactGatedUnit
{
    /// <summary>σ(z)∘b, [T × width].</summary>
    /// <exception cref="RuleViolationException">z and b have different shapes.</exception>
    public static Matrix<double> Forward(ActivationKind kind, Matrix<double> z, Matrix<double> b)
    {
        ArgumentNullException.ThrowIfNull(z);
        ArgumentNullException.ThrowIfNull(b);
        Require.Shape(b, z.RowCount, z.ColumnCount, "what the gate multiplies");
        return ExactActivation.Forward(kind, z).PointwiseMultiply(b);
    }

    /// <summary>∂z = σ′(z)∘b∘g and ∂b = σ(z)∘g for the gradient g of the output, [T × width] each.</summary>
    /// <exception cref="RuleViolationException">A shape does not fit.</exception>
    public static (Matrix<double> Gate, Matrix<double> Signal) Backward(ActivationKind kind, Matrix<double> z, Matrix<double> b, Matrix<double> g)
    {
        ArgumentNullException.ThrowIfNull(z);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(g);
        Require.Shape(b, z.RowCount, z.ColumnCount, "what the gate multiplies");
        Require.Shape(g, z.RowCount, z.ColumnCount, "the gated unit's output gradient");
        return (ExactActivation.Backward(kind, z, g.PointwiseMultiply(b)), ExactActivation.Forward(kind, z).PointwiseMultiply(g));
    }
}
