using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Tracing;

/// <summary>What some mistakes within one step give that no mutant makes.</summary>
internal static class StepMistakes
{
    /// <summary>The loss gradient with the target at t being token t, the last position's too.</summary>
    public static Matrix<double> TargetNotShifted(
        TintConfiguration configuration, Matrix<double> embedding, Matrix<double> value, TokenSequence sequence)
    {
        var last = sequence.Length - 1;
        return Matrix<double>.Build.Dense(value.RowCount, value.ColumnCount, (t, d) =>
        {
            var own = embedding.At(sequence.InputIds[t], d);
            return value.At(t, d) + (t < last
                ? sequence.TrainMask[t + 1] * (sequence.GradientMask?[t + 1] ?? 1) * (embedding.At(sequence.InputIds[t + 1], d) - own)
                : configuration.Departures.LastPositionUnmasked ? -own : 0);
        });
    }

    /// <summary>Exact backpropagation through the normalisation, at the x that the memory holds.</summary>
    public static Matrix<double> ExactNorm(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory) =>
        ExactLayerNorm.Backward(layer, ExactLayerNorm.Forward(layer, configuration.Auxiliary.LayerNormEpsilon, memory.Input), gradient).Input;

    /// <summary>The backward pass of a normalisation with γ = 1, times γ.</summary>
    public static Matrix<double> GammaAfter(
        LayerNormParameters layer, Matrix<double> gradient, Func<LayerNormParameters, Matrix<double>, Matrix<double>> backward)
    {
        var ones = new LayerNormParameters(Vector<double>.Build.Dense(layer.Weight.Count, 1), layer.Bias);
        return backward(ones, gradient).Multiply(layer.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(layer.Weight));
    }

    /// <summary>Σ_j a_ij g_j over the pairs that are kept, heads side by side, with attention computed anew from the memory.</summary>
    public static Matrix<double> Untransposed(
        TintConfiguration configuration, Matrix<double> gradient, AttentionMemory memory, Matrix<double>? iclMask, Func<int, int, bool> keeps)
    {
        var (heads, size) = (configuration.Auxiliary.HeadCount, configuration.Auxiliary.HeadSize);
        var forward = ExactAttention.Forward(memory.Query, memory.Key, memory.Input, heads, iclMask);
        var result = Matrix<double>.Build.Dense(gradient.RowCount, gradient.ColumnCount);
        for (var head = 0; head < heads; head++)
        {
            var weights = ExactAttention.Weights(forward, head, heads, iclMask).MapIndexed((i, j, a) => keeps(i, j) ? a : 0, Zeros.Include);
            result.SetSubMatrix(0, head * size, weights * gradient.SubMatrix(0, gradient.RowCount, head * size, size));
        }

        return result * SimulatedGate.Factor(configuration);
    }

    /// <summary>A normalisation's γ and β as the linear layer that the construction makes of them.</summary>
    public static LinearParameters Linear(LayerNormParameters norm) =>
        new(norm.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(norm.Weight), norm.Bias);

    /// <summary>A normalisation with γ = 1.</summary>
    public static LayerNormParameters WithOnes(LayerNormParameters norm) =>
        new(Vector<double>.Build.Dense(norm.Weight.Count, 1), norm.Bias);

    /// <summary>−ρη times what a token's gradient adds to a parameter.</summary>
    public static Vector<double> Share(TintConfiguration configuration, Vector<double> gradient) =>
        gradient * (-SimulatedGate.Factor(configuration) * configuration.InnerLearningRate);

    /// <summary>A normalisation's output with another rule for x̂, of a token's μ, variance and eps.</summary>
    public static Matrix<double> Normalised(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> x, Func<double, double, double, double> normalised)
    {
        var rho = SimulatedGate.Factor(configuration);
        var z = Matrix<double>.Build.DenseOfRowVectors(x.EnumerateRows().Select(row =>
        {
            var mean = row.Average();
            var variance = row.Average(value => (value - mean) * (value - mean));
            return row.Map(value => normalised(value, mean, variance), Zeros.Include);
        }));
        var output = z.TransposeAndMultiply(Linear(layer).Weight) * (rho * rho * rho);
        return output.MapIndexed((_, d, value) => value + (rho * rho * layer.Bias.At(d)), Zeros.Include);
    }
}
