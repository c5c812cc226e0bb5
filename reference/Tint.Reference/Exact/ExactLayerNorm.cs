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

        // μ_t = mean_i x_ti
        var x = ColumnMajor.Entries(input);
        var mean = new double[tokens];
        for (int column = 0, i = 0; column < width; column++)
        {
            for (var t = 0; t < tokens; t++, i++)
            {
                mean[t] += x[i];
            }
        }

        for (var t = 0; t < tokens; t++)
        {
            mean[t] /= width;
        }

        // r_t = 1/√(mean_i (x_ti − μ_t)² + eps)
        var inverse = new double[tokens];
        for (int column = 0, i = 0; column < width; column++)
        {
            for (var t = 0; t < tokens; t++, i++)
            {
                inverse[t] += (x[i] - mean[t]) * (x[i] - mean[t]);
            }
        }

        for (var t = 0; t < tokens; t++)
        {
            inverse[t] = 1 / Math.Sqrt((Require.Finite(inverse[t], $"the variance of token {t}") / width) + epsilon);
        }

        // x̂_ti = (x_ti − μ_t) r_t
        var normalised = new double[x.Length];
        for (int column = 0, i = 0; column < width; column++)
        {
            for (var t = 0; t < tokens; t++, i++)
            {
                normalised[i] = (x[i] - mean[t]) * inverse[t];
            }
        }

        var hat = ColumnMajor.Wrap(tokens, width, normalised);
        return new ExactLayerNormForward(Affine(parameters, hat), hat, Vector<double>.Build.Dense(inverse));
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
        var (scaled, parameterGradient) = parameters.Dense is { } dense
            ? DenseBackward(dense, forward.Normalised, outputGradient)
            : DiagonalBackward(parameters.Weight, forward.Normalised, outputGradient);

        // forward: x̂ = (x − μ) r with μ = mean(x), r = 1/√(mean((x − μ)²) + eps)
        var (u, hat, inverse) = (ColumnMajor.Entries(scaled), ColumnMajor.Entries(forward.Normalised), ColumnMajor.Entries(forward.InverseDeviation));
        double[] mean = new double[tokens], projection = new double[tokens];
        for (int column = 0, i = 0; column < width; column++)
        {
            for (var t = 0; t < tokens; t++, i++)
            {
                mean[t] += u[i];
                projection[t] += u[i] * hat[i];
            }
        }

        for (var t = 0; t < tokens; t++)
        {
            mean[t] /= width;
            projection[t] /= width;
        }

        var gradient = new double[u.Length];
        for (int column = 0, i = 0; column < width; column++)
        {
            for (var t = 0; t < tokens; t++, i++)
            {
                gradient[i] = inverse[t] * (u[i] - mean[t] - (hat[i] * projection[t]));
            }
        }

        return (ColumnMajor.Wrap(tokens, width, gradient), parameterGradient);
    }

    private static Matrix<double> Affine(LayerNormParameters parameters, Matrix<double> normalised)
    {
        if (parameters.Dense is { } dense)
        {
            return ExactLinear.Forward(new LinearParameters(dense, parameters.Bias), normalised);
        }

        int tokens = normalised.RowCount, width = normalised.ColumnCount;
        var hat = ColumnMajor.Entries(normalised);
        var output = new double[hat.Length];
        for (int column = 0, i = 0; column < width; column++)
        {
            double weight = parameters.Weight.At(column), bias = parameters.Bias.At(column);
            for (var t = 0; t < tokens; t++, i++)
            {
                output[i] = (weight * hat[i]) + bias;
            }
        }

        return ColumnMajor.Wrap(tokens, width, output);
    }

    private static (Matrix<double> Scaled, LayerNormParameters Parameters) DenseBackward(
        Matrix<double> dense, Matrix<double> normalised, Matrix<double> outputGradient)
    {
        var (scaled, gradient) = ExactLinear.Backward(
            new LinearParameters(dense, Vector<double>.Build.Dense(dense.RowCount)), normalised, outputGradient);
        return (scaled, new LayerNormParameters(gradient.Weight.Diagonal(), gradient.Bias) { Dense = gradient.Weight });
    }

    private static (Matrix<double> Scaled, LayerNormParameters Parameters) DiagonalBackward(
        Vector<double> weight, Matrix<double> normalised, Matrix<double> outputGradient)
    {
        int tokens = normalised.RowCount, width = normalised.ColumnCount;
        var (hat, g) = (ColumnMajor.Entries(normalised), ColumnMajor.Entries(outputGradient));
        var scaled = new double[hat.Length];
        var weightGradient = new double[width];
        for (int column = 0, i = 0; column < width; column++)
        {
            var factor = weight.At(column);
            for (var t = 0; t < tokens; t++, i++)
            {
                scaled[i] = factor * g[i];
                weightGradient[column] += g[i] * hat[i];
            }
        }

        return (
            ColumnMajor.Wrap(tokens, width, scaled),
            new LayerNormParameters(Vector<double>.Build.Dense(weightGradient), ColumnMajor.Wrap(ColumnMajor.SumOfRows(outputGradient))));
    }
}
