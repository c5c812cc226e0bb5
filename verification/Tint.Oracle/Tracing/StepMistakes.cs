using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Tracing;

/// <summary>What some mistakes within one step give that no mutant makes.</summary>
internal static class StepMistakes
{
    /// <summary>Exact backpropagation through the normalisation, at the x that the memory holds.</summary>
    public static Matrix<double> ExactNorm(
        TintConfiguration configuration, LayerNormParameters layer, bool isCentred, Matrix<double> gradient, LayerNormMemory memory)
    {
        var epsilon = configuration.Auxiliary.LayerNormEpsilon;
        if (isCentred)
        {
            return ExactLayerNorm.Backward(layer, ExactLayerNorm.Forward(layer, epsilon, memory.Input), gradient).Input;
        }

        // γ is a linear layer behind a normalisation whose own γ is 1.
        var ones = Vector<double>.Build.Dense(layer.Weight.Count, 1);
        return ExactRmsNorm.Backward(ones, ExactRmsNorm.Forward(ones, epsilon, memory.Input), gradient * Linear(layer).Weight).Input;
    }

    /// <summary>The backward pass of a normalisation with γ = 1, times γ.</summary>
    public static Matrix<double> GammaAfter(
        LayerNormParameters layer, Matrix<double> gradient, Func<LayerNormParameters, Matrix<double>, Matrix<double>> backward)
    {
        var ones = new LayerNormParameters(Vector<double>.Build.Dense(layer.Weight.Count, 1), layer.Bias);
        return backward(ones, gradient).Multiply(layer.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(layer.Weight));
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
}
