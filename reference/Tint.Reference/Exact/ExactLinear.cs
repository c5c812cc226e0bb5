using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Exact;

/// <summary>A linear layer of the auxiliary model and its exact backward pass.</summary>
public static class ExactLinear
{
    /// <summary>y_t = W x_t + b for every token.</summary>
    /// <param name="parameters">W [out × in] and b [out].</param>
    /// <param name="input">x, [T × in].</param>
    /// <returns>y, [T × out].</returns>
    /// <exception cref="RuleViolationException">The input's width is not the layer's.</exception>
    public static Matrix<double> Forward(LinearParameters parameters, Matrix<double> input)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(input);
        Require.Shape(input, input.RowCount, parameters.Weight.ColumnCount, "a linear layer's input");
        var output = ColumnMajor.ProductWithTransposed(input, parameters.Weight);
        ColumnMajor.AddBiasAndScale(output, parameters.Bias, 1);
        return output;
    }

    /// <summary>The gradient with respect to the input and the parameters.</summary>
    /// <param name="parameters">W [out × in] and b [out].</param>
    /// <param name="input">x of the forward pass, [T × in].</param>
    /// <param name="outputGradient">g = ∂y, [T × out].</param>
    /// <returns>∂x, [T × in], and ∂W, ∂b in the shapes of W and b.</returns>
    /// <remarks>∂x_t = Wᵀ g_t, ∂W = Σ_t g_t x_tᵀ, ∂b = Σ_t g_t.</remarks>
    /// <exception cref="RuleViolationException">The input or the gradient does not have the layer's shape.</exception>
    public static (Matrix<double> Input, LinearParameters Parameters) Backward(
        LinearParameters parameters, Matrix<double> input, Matrix<double> outputGradient)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(outputGradient);
        Require.Shape(input, input.RowCount, parameters.Weight.ColumnCount, "a linear layer's input");
        Require.Shape(outputGradient, input.RowCount, parameters.Weight.RowCount, "a linear layer's output gradient");

        // forward: Y = X Wᵀ + 1 bᵀ
        var inputGradient = ColumnMajor.Product(outputGradient, parameters.Weight);
        var weightGradient = ColumnMajor.ProductOfTransposed(outputGradient, input);
        var biasGradient = ColumnMajor.Wrap(ColumnMajor.SumOfRows(outputGradient));
        return (inputGradient, new LinearParameters(weightGradient, biasGradient));
    }
}
