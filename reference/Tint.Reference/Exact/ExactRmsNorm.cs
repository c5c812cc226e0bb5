using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Exact;

/// <summary>Root-mean-square normalisation y = γ∘x̂, x̂ = x/√(mean x² + eps), and its exact backward pass.</summary>
public static class ExactRmsNorm
{
    /// <summary>Normalises every token and applies γ.</summary>
    /// <param name="weight">γ, [D].</param>
    /// <param name="epsilon">eps, added to the mean square.</param>
    /// <param name="input">x, [T × D].</param>
    /// <exception cref="RuleViolationException">The input's width is not the layer's, or a mean square overflows.</exception>
    public static ExactRmsNormForward Forward(Vector<double> weight, double epsilon, Matrix<double> input)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(input);
        Require.Shape(input, input.RowCount, weight.Count, "a normalisation's input");
        var inverse = Vector<double>.Build.Dense(input.RowCount, t =>
        {
            var row = input.Row(t);
            return 1 / Math.Sqrt((Require.Finite(row.DotProduct(row), $"the mean square of token {t}") / weight.Count) + epsilon);
        });
        var normalised = Matrix<double>.Build.Dense(input.RowCount, input.ColumnCount, (t, i) => input.At(t, i) * inverse.At(t));
        var output = Matrix<double>.Build.Dense(input.RowCount, input.ColumnCount, (t, i) => weight.At(i) * normalised.At(t, i));
        return new ExactRmsNormForward(output, normalised, inverse);
    }

    /// <summary>The gradient with respect to the input and γ.</summary>
    /// <param name="weight">γ, [D].</param>
    /// <param name="forward">What the forward pass kept.</param>
    /// <param name="outputGradient">g = ∂y, [T × D].</param>
    /// <returns>∂x, [T × D], and ∂γ, [D].</returns>
    /// <remarks>With u = γ∘g: ∂x_t = r_t (u_t − x̂_t·mean(u_t∘x̂_t)), r = 1/√(mean x² + eps); ∂γ = Σ_t g_t∘x̂_t.</remarks>
    /// <exception cref="RuleViolationException">The gradient does not have the output's shape.</exception>
    public static (Matrix<double> Input, Vector<double> Weight) Backward(
        Vector<double> weight, ExactRmsNormForward forward, Matrix<double> outputGradient)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(forward);
        ArgumentNullException.ThrowIfNull(outputGradient);
        var hat = forward.Normalised;
        Require.Shape(outputGradient, hat.RowCount, hat.ColumnCount, "a normalisation's output gradient");

        // forward: y = γ∘x̂
        var scaled = Matrix<double>.Build.Dense(hat.RowCount, hat.ColumnCount, (t, i) => weight.At(i) * outputGradient.At(t, i));
        var weightGradient = outputGradient.PointwiseMultiply(hat).ColumnSums();

        // forward: x̂ = x r with r = 1/√(mean x² + eps)
        var projection = scaled.PointwiseMultiply(hat).RowSums() / weight.Count;
        var input = Matrix<double>.Build.Dense(
            hat.RowCount, hat.ColumnCount, (t, i) => forward.InverseRoot.At(t) * (scaled.At(t, i) - (hat.At(t, i) * projection.At(t))));
        return (input, weightGradient);
    }
}
