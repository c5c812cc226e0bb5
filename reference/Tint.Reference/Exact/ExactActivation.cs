using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Exact;

/// <summary>The MLP's activation, entry by entry, and its exact backward pass.</summary>
public static class ExactActivation
{
    /// <summary>σ(z).</summary>
    /// <param name="kind">σ.</param>
    /// <param name="input">z, [T × width].</param>
    /// <returns>σ(z), [T × width].</returns>
    /// <exception cref="RuleViolationException">z is not finite: relu would hide a sum that has overflowed to −∞.</exception>
    public static Matrix<double> Forward(ActivationKind kind, Matrix<double> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Require.Finite(input, "an activation's input");
        return Entrywise.Matrix(input.RowCount, input.ColumnCount, (t, i) => ActivationFunction.Value(kind, input.At(t, i)));
    }

    /// <summary>∂z = σ′(z)∘g.</summary>
    /// <param name="kind">σ.</param>
    /// <param name="input">z of the forward pass, [T × width].</param>
    /// <param name="outputGradient">g, [T × width].</param>
    /// <returns>∂z, [T × width].</returns>
    /// <exception cref="RuleViolationException">z and g have different shapes, or z is not finite.</exception>
    public static Matrix<double> Backward(ActivationKind kind, Matrix<double> input, Matrix<double> outputGradient)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(outputGradient);
        Require.Finite(input, "an activation's input");
        Require.Shape(outputGradient, input.RowCount, input.ColumnCount, "an activation's output gradient");

        // forward: a = σ(z)
        return Entrywise.Matrix(
            input.RowCount, input.ColumnCount, (t, i) => ActivationFunction.Derivative(kind, input.At(t, i)) * outputGradient.At(t, i));
    }
}
