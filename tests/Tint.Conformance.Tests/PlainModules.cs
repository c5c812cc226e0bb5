using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Conformance.Tests;

/// <summary>
/// A backend as one writes it: loops over arrays of float32, from the formulas in the auxiliary model's shapes. It shares no arithmetic with the reference;
/// matrices are only how numbers come in and go out.
/// </summary>
public sealed class PlainModules : ITintModules
{
    /// <inheritdoc/>
    public string Name => "plain float32";

    /// <inheritdoc/>
    public (Matrix<double> Output, Matrix<double> Memory) LinearForward(TintConfiguration configuration, LinearParameters layer, Matrix<double> x)
    {
        var (rho, input) = (Rho(configuration), In(x));
        return (Out(Affine(In(layer.Weight), In(layer.Bias), input, rho)), Out(Scaled(input, rho)));
    }

    /// <inheritdoc/>
    public Matrix<double> LinearBackward(TintConfiguration configuration, LinearParameters layer, Matrix<double> gradient) =>
        Out(TimesMatrix(In(gradient), In(layer.Weight), Rho(configuration)));

    /// <inheritdoc/>
    public LinearParameters LinearDescent(
        TintConfiguration configuration, LinearParameters layer, Matrix<double> gradient, Matrix<double> memory, IReadOnlyList<double> trainMask)
    {
        var (g, x, rho, eta) = (In(gradient), In(memory), Rho(configuration), (float)configuration.InnerLearningRate);
        var (weight, bias) = (In(layer.Weight), In(layer.Bias));
        for (var o = 0; o < weight.Length; o++)
        {
            var sums = new float[x[0].Length];
            var sum = 0f;
            for (var t = 0; t < g.Length; t++)
            {
                var kept = (float)trainMask[t] * g[t][o];
                sum += kept;
                for (var i = 0; i < sums.Length; i++)
                {
                    sums[i] += kept * x[t][i];
                }
            }

            for (var i = 0; i < sums.Length; i++)
            {
                weight[o][i] = rho * (weight[o][i] - (eta * sums[i]));
            }

            bias[o] = rho * (bias[o] - (eta * sum));
        }

        return new LinearParameters(Out(weight), Out(bias));
    }

    /// <inheritdoc/>
    public (Matrix<double> Output, LayerNormMemory Memory) LayerNormForward(TintConfiguration configuration, LayerNormParameters layer, Matrix<double> x)
    {
        var (rho, gamma, beta) = (Rho(configuration), Gamma(layer), In(layer.Bias));
        var z = Array.ConvertAll(In(x), row => Normalised(configuration, row));
        var output = Affine(gamma, new float[beta.Length], z, rho * rho * rho);
        foreach (var row in output)
        {
            for (var d = 0; d < row.Length; d++)
            {
                row[d] += rho * rho * beta[d];
            }
        }

        return (Out(output), new LayerNormMemory(Out(Scaled(z, rho * rho)), x));
    }

    /// <inheritdoc/>
    public Matrix<double> LayerNormBackward(TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory)
    {
        var (rho, scale) = (Rho(configuration), (float)configuration.FiniteDifferenceScale);
        var (u, x, z) = (TimesMatrix(In(gradient), Gamma(layer), rho), In(memory.Input), In(memory.Normalized));
        for (var t = 0; t < u.Length; t++)
        {
            var (ut, xt, zt) = (u[t], x[t], z[t]);
            var s = Normalised(configuration, [.. ut.Select((value, d) => (rho * ((value / scale) + (rho * xt[d]))) + ((1 - rho) * value))]);
            u[t] = [.. s.Select((value, d) => rho * ((rho * (scale * (value - (rho * zt[d])))) + ((1 - rho) * value)))];
        }

        return Out(u);
    }

    /// <inheritdoc/>
    public LayerNormParameters LayerNormDescent(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory, IReadOnlyList<double> trainMask)
    {
        var dense = layer.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(layer.Weight);
        var updated = LinearDescent(configuration, new LinearParameters(dense, layer.Bias), gradient, memory.Normalized, trainMask);
        var rho = Rho(configuration);
        if (configuration.LayerNormBiasOnly)
        {
            return new LayerNormParameters(Out(Scaled([In(layer.Weight)], rho)).Row(0), updated.Bias)
            {
                Dense = layer.Dense is null ? null : Out(Scaled(In(layer.Dense), rho)),
            };
        }

        return configuration.Departures.DenseLayerNormDescent
            ? new LayerNormParameters(updated.Weight.Diagonal(), updated.Bias) { Dense = updated.Weight }
            : new LayerNormParameters(updated.Weight.Diagonal(), updated.Bias);
    }

    /// <inheritdoc/>
    public (Matrix<double> Output, AttentionMemory Memory) AttentionForward(
        TintConfiguration configuration, LinearParameters query, LinearParameters key, LinearParameters value, Matrix<double> x, Matrix<double>? iclMask)
    {
        var rho = Rho(configuration);
        var input = In(x);
        float[][] q = Affine(In(query.Weight), In(query.Bias), input, rho), k = Affine(In(key.Weight), In(key.Bias), input, rho), v = Affine(In(value.Weight), In(value.Bias), input, rho);
        var output = Zeros(input.Length, input[0].Length);
        EachPair(configuration, q, k, iclMask, (head, size, j, i, a) =>
        {
            for (var d = head * size; d < (head + 1) * size; d++)
            {
                output[j][d] += rho * a * v[i][d];
            }
        });
        return (Out(output), new AttentionMemory(Out(Scaled(q, rho)), Out(Scaled(k, rho)), Out(Scaled(input, rho))));
    }

    /// <inheritdoc/>
    public Matrix<double> AttentionBackward(
        TintConfiguration configuration, Matrix<double> gradient, AttentionMemory memory, IReadOnlyList<double> trainMask, Matrix<double>? iclMask)
    {
        var (rho, g) = (Rho(configuration), In(gradient));
        var output = Zeros(g.Length, g[0].Length);
        EachPair(configuration, In(memory.Query), In(memory.Key), iclMask, (head, size, j, i, a) =>
        {
            for (var d = head * size; d < (head + 1) * size && (i == j || trainMask[j] == 1); d++)
            {
                output[i][d] += rho * a * g[j][d];
            }
        });
        return Out(output);
    }

    /// <inheritdoc/>
    public (Matrix<double> InputGradient, LinearParameters Updated) AttentionBackwardDescent(
        TintConfiguration configuration,
        LinearParameters value,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask)
    {
        var x = memory.Input;
        if (configuration.BackpropagateThroughAttention)
        {
            var rho = Rho(configuration);
            gradient = AttentionBackward(configuration, gradient, memory, trainMask, iclMask);
            value = new LinearParameters(Out(Scaled(In(value.Weight), rho)), Out(Scaled([In(value.Bias)], rho)).Row(0));
            x = Out(Scaled(In(x), rho));
        }

        return (LinearBackward(configuration, value, gradient), LinearDescent(configuration, value, gradient, x, trainMask));
    }

    /// <inheritdoc/>
    public (Matrix<double> Output, Matrix<double> Memory) ActivationForward(TintConfiguration configuration, Matrix<double> z)
    {
        var (rho, input) = (Rho(configuration), In(z));
        return (
            Out(Array.ConvertAll(input, row => Array.ConvertAll(row, value => rho * Sigma(configuration, value)))),
            Out(Scaled(input, rho)));
    }

    /// <inheritdoc/>
    public Matrix<double> ActivationBackward(TintConfiguration configuration, Matrix<double> gradient, Matrix<double> memory)
    {
        var (z, scale) = (In(memory), (float)configuration.FiniteDifferenceScale);
        return Out([.. In(gradient).Select((row, t) => row.Select((g, d) =>
            scale * (Sigma(configuration, z[t][d] + (g / scale)) - Sigma(configuration, z[t][d]))).ToArray())]);
    }

    /// <inheritdoc/>
    public Matrix<double> LossGradient(TintConfiguration configuration, Matrix<double> tokenEmbedding, Matrix<double> y, TokenSequence sequence)
    {
        var (e, rows) = (In(tokenEmbedding), In(y));
        var result = Zeros(rows.Length, rows[0].Length);
        for (var t = 0; t < rows.Length; t++)
        {
            var isLast = t + 1 == rows.Length;
            var kept = isLast ? configuration.Departures.LastPositionUnmasked ? 1f : 0f : (float)(sequence.TrainMask[t + 1] * (sequence.GradientMask?[t + 1] ?? 1));
            var logits = Array.ConvertAll(e, word => Dot(word, rows[t]));
            var largest = logits.Max();
            var soft = Array.ConvertAll(logits, logit => MathF.Exp(logit - largest));
            var sum = soft.Sum();
            for (var d = 0; d < result[t].Length; d++)
            {
                var given = 0f;
                for (var word = 0; word < e.Length; word++)
                {
                    given += e[word][d] * (configuration.Loss switch
                    {
                        LossKind.CrossEntropy => soft[word] / sum,
                        LossKind.Quad => logits[word],
                        LossKind.MeanEmbedding => 1f / e.Length,
                        _ => throw new NotSupportedException($"the loss {configuration.Loss}"),
                    });
                }

                result[t][d] = kept * (given - (isLast ? 0 : e[sequence.InputIds[t + 1]][d]));
            }
        }

        return Out(result);
    }

    private static float Rho(TintConfiguration configuration) => MathF.Tanh((float)configuration.EffectiveGateScale);

    /// <summary>S(x) = ρ(x − μ)/√(eps + ρ·var) + (1 − ρ)x.</summary>
    private static float[] Normalised(TintConfiguration configuration, float[] x)
    {
        var (rho, mean) = (Rho(configuration), x.Sum() / x.Length);
        var variance = x.Sum(value => (value - mean) * (value - mean)) / x.Length;
        var deviation = MathF.Sqrt((float)configuration.Auxiliary.LayerNormEpsilon + (rho * variance));
        return Array.ConvertAll(x, value => (rho * (value - mean) / deviation) + ((1 - rho) * value));
    }

    private static float Sigma(TintConfiguration configuration, float z) => configuration.Auxiliary.Activation switch
    {
        ActivationKind.Relu => MathF.Max(z, 0),
        ActivationKind.GeluNew => 0.5f * z * (1 + MathF.Tanh(MathF.Sqrt(2 / MathF.PI) * (z + (0.044715f * z * z * z)))),
        ActivationKind.Gelu => 0.5f * z * (1 + (float)MathNet.Numerics.SpecialFunctions.Erf(z / MathF.Sqrt(2))),
        _ => throw new NotSupportedException($"the activation {configuration.Auxiliary.Activation}"),
    };

    /// <summary>Calls back with a_ji for every head and every pair that may attend.</summary>
    private static void EachPair(
        TintConfiguration configuration, float[][] q, float[][] k, Matrix<double>? iclMask, Action<int, int, int, int, float> use)
    {
        var size = configuration.Auxiliary.HeadSize;
        for (var head = 0; head < configuration.Auxiliary.HeadCount; head++)
        {
            for (var j = 0; j < q.Length; j++)
            {
                int[] seen = [.. Enumerable.Range(0, j + 1).Where(i => iclMask is null || iclMask.At(j, i) == 1)];
                var scores = Array.ConvertAll(seen, i => Dot(q[j].AsSpan(head * size, size), k[i].AsSpan(head * size, size)) / MathF.Sqrt(size));
                var largest = scores.Max();
                var weights = Array.ConvertAll(scores, score => MathF.Exp(score - largest));
                var sum = weights.Sum();
                for (var n = 0; n < seen.Length; n++)
                {
                    use(head, size, j, seen[n], weights[n] / sum);
                }
            }
        }
    }

    private static float[][] Gamma(LayerNormParameters layer) => In(layer.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(layer.Weight));

    private static float[][] Affine(float[][] weight, float[] bias, float[][] x, float factor) =>
        Array.ConvertAll(x, row => weight.Select((w, o) => factor * (Dot(w, row) + bias[o])).ToArray());

    private static float[][] TimesMatrix(float[][] g, float[][] weight, float factor) => Array.ConvertAll(g, row =>
    {
        var result = new float[weight[0].Length];
        for (var o = 0; o < weight.Length; o++)
        {
            for (var i = 0; i < result.Length; i++)
            {
                result[i] += row[o] * weight[o][i];
            }
        }

        return Array.ConvertAll(result, value => factor * value);
    });

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0f;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private static float[][] Scaled(float[][] x, float factor) => Array.ConvertAll(x, row => Array.ConvertAll(row, value => factor * value));

    private static float[][] Zeros(int rows, int columns) => [.. Enumerable.Range(0, rows).Select(_ => new float[columns])];

    private static float[][] In(Matrix<double> matrix) => Array.ConvertAll(matrix.ToRowArrays(), row => Array.ConvertAll(row, value => (float)value));

    private static float[] In(Vector<double> vector) => [.. vector.Select(value => (float)value)];

    private static Matrix<double> Out(float[][] rows) => Matrix<double>.Build.Dense(rows.Length, rows[0].Length, (i, j) => rows[i][j]);

    private static Vector<double> Out(float[] values) => Vector<double>.Build.Dense(values.Length, i => values[i]);
}
