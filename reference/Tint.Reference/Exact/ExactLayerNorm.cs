using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Exact;

/// <summary>A normalisation of the auxiliary model and its exact backward pass.</summary>
/// <remarks>
/// y = γ∘x̂ + β, or y = Dense·x̂ + β where <see cref="LayerNormParameters.Dense"/> is set. Means and variances are over the D_aux
/// coordinates of one token; the variance is the biased one.
/// </remarks>
public static class ExactLayerNorm
{
    /// <summary>Normalises every token and applies γ and β.</summary>
    /// <param name="parameters">γ and β, [D_aux].</param>
    /// <param name="epsilon">eps, added to the variance.</param>
    /// <param name="input">x, [T × D_aux].</param>
    /// <exception cref="RuleViolationException">The input's width is not the layer's, or a variance overflows.</exception>
    public static ExactLayerNormForward Forward(LayerNormParameters parameters, double epsilon, Matrix<double> input)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(input);
        int tokens = input.RowCount, width = input.ColumnCount;
        Require.Shape(input, tokens, parameters.Weight.Count, "a normalisation's input");

        // μ_t = mean_i x_ti, r_t = 1/√(mean_i (x_ti − μ_t)² + eps), x̂_ti = (x_ti − μ_t) r_t
        var mean = Means(tokens, width, input.At);
        var centred = Entrywise.Matrix(tokens, width, (t, i) => input.At(t, i) - mean[t]);
        var squares = Entrywise.RowSums(tokens, width, (t, i) => centred.At(t, i) * centred.At(t, i));
        var inverse = Vector<double>.Build.Dense(
            tokens, t => 1 / Math.Sqrt((Require.Finite(squares[t], $"the variance of token {t}") / width) + epsilon));
        var hat = Entrywise.Matrix(tokens, width, (t, i) => centred.At(t, i) * inverse.At(t));
        return new ExactLayerNormForward(Affine(parameters, hat), hat, inverse);
    }

    /// <summary>The gradient with respect to the input and the parameters.</summary>
    /// <param name="parameters">γ and β, [D_aux].</param>
    /// <param name="forward">What the forward pass kept.</param>
    /// <param name="outputGradient">g = ∂y, [T × D_aux].</param>
    /// <returns>∂x, [T × D_aux], and ∂γ, ∂β; with a dense map also its gradient, whose diagonal ∂γ then is.</returns>
    /// <remarks>
    /// With u = γ∘g (or Denseᵀg): ∂x_t = r_t (u_t − mean(u_t) − x̂_t·mean(u_t∘x̂_t)), ∂γ = Σ_t g_t∘x̂_t (∂Dense = Σ_t g_t x̂_tᵀ), ∂β = Σ_t g_t.
    /// </remarks>
    /// <exception cref="RuleViolationException">The gradient does not have the output's shape.</exception>
    public static (Matrix<double> Input, LayerNormParameters Parameters) Backward(
        LayerNormParameters parameters, ExactLayerNormForward forward, Matrix<double> outputGradient)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(forward);
        ArgumentNullException.ThrowIfNull(outputGradient);
        int tokens = forward.Normalised.RowCount, width = forward.Normalised.ColumnCount;
        Require.Shape(outputGradient, tokens, width, "a normalisation's output gradient");

        // forward: y = γ∘x̂ + β, or Y = X̂ Denseᵀ + 1 βᵀ
        var (u, parameterGradient) = parameters.Dense is { } dense
            ? DenseBackward(dense, forward.Normalised, outputGradient)
            : DiagonalBackward(parameters.Weight, forward.Normalised, outputGradient);

        // forward: x̂ = (x − μ) r with μ = mean(x), r = 1/√(mean((x − μ)²) + eps)
        var (hat, inverse) = (forward.Normalised, forward.InverseDeviation);
        double[] mean = Means(tokens, width, u.At), projection = Means(tokens, width, (t, i) => u.At(t, i) * hat.At(t, i));
        return (Entrywise.Matrix(tokens, width, (t, i) => inverse.At(t) * (u.At(t, i) - mean[t] - (hat.At(t, i) * projection[t]))), parameterGradient);
    }

    private static double[] Means(int tokens, int width, Func<int, int, double> value) =>
        Array.ConvertAll(Entrywise.RowSums(tokens, width, value), sum => sum / width);

    private static Matrix<double> Affine(LayerNormParameters parameters, Matrix<double> normalised)
    {
        if (parameters.Dense is { } dense)
        {
            return ExactLinear.Forward(new LinearParameters(dense, parameters.Bias), normalised);
        }

        var (weight, bias) = (parameters.Weight, parameters.Bias);
        return Entrywise.Matrix(normalised.RowCount, normalised.ColumnCount, (t, i) => (weight.At(i) * normalised.At(t, i)) + bias.At(i));
    }

    private static (Matrix<double> Scaled, LayerNormParameters Parameters) DenseBackward(
        Matrix<double> dense, Matrix<double> normalised, Matrix<double> outputGradient)
    {
        var (scaled, gradient) = ExactLinear.Backward(
            new LinearParameters(dense, Vector<double>.Build.Dense(dense.RowCount)), normalised, outputGradient);
        return (scaled, new LayerNormParameters(gradient.Weight.Diagonal(), gradient.Bias) { Dense = gradient.Weight });
    }

    private static (Matrix<double> Scaled, LayerNormParameters Parameters) DiagonalBackward(
        Vector<double> weight, Matrix<double> normalised, Matrix<double> outputGradient) => (
            Entrywise.Matrix(normalised.RowCount, normalised.ColumnCount, (t, i) => weight.At(i) * outputGradient.At(t, i)),
            new LayerNormParameters(
                ColumnMajor.Wrap(ColumnMajor.SumOfRows(outputGradient.PointwiseMultiply(normalised))), ColumnMajor.Wrap(ColumnMajor.SumOfRows(outputGradient))));
}
