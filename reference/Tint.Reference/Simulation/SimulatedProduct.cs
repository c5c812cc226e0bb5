using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Simulation;

/// <summary>What TinT's product of two signals computes, in closed form: y = a∘b, entry by entry.</summary>
/// <remarks>
/// <b>Forward.</b> The product, with a and b added to the memory, passes one gate: ρ a∘b, and ρa, ρb. <b>Backward.</b> Both products with what is remembered pass one gate:
/// ∂a = ρ g∘b̃ and ∂b = ρ g∘ã.
/// </remarks>
public static class SimulatedProduct
{
    /// <summary>Y = ρ A∘B and the memory ρA, ρB, all as <paramref name="left"/>, [T × width].</summary>
    /// <param name="configuration">Gives ρ.</param>
    /// <param name="left">A.</param>
    /// <param name="right">B.</param>
    /// <exception cref="RuleViolationException">B has another shape than A.</exception>
    public static (Matrix<double> Output, ProductMemory Memory) Forward(TintConfiguration configuration, Matrix<double> left, Matrix<double> right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        Require.Shape(right, left.RowCount, left.ColumnCount, "the second factor of a product");
        var rho = SimulatedGate.Factor(configuration);
        return (Gated(configuration, left, right), new ProductMemory(ColumnMajor.Scaled(left, rho), ColumnMajor.Scaled(right, rho)));
    }

    /// <summary>∂A = ρ G∘B̃ and ∂B = ρ G∘Ã for the gradient G of the output and the memory Ã, B̃, all [T × width].</summary>
    /// <exception cref="RuleViolationException">The memory has another shape than the gradient.</exception>
    public static (Matrix<double> Left, Matrix<double> Right) Backward(TintConfiguration configuration, Matrix<double> gradient, ProductMemory memory)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(memory);
        Require.Shape(memory.Left, gradient.RowCount, gradient.ColumnCount, "the product's memory of its first factor");
        Require.Shape(memory.Right, gradient.RowCount, gradient.ColumnCount, "the product's memory of its second factor");
        return (Gated(configuration, gradient, memory.Right), Gated(configuration, gradient, memory.Left));
    }

    /// <summary>ρ A∘B, a new matrix; A counts as <see cref="SimulatedTwins"/> has it where softmax stands for linear attention.</summary>
    private static Matrix<double> Gated(TintConfiguration configuration, Matrix<double> left, Matrix<double> right)
    {
        var product = (configuration.UseSoftmax ? SimulatedTwins.OnItself(configuration, left) : left).PointwiseMultiply(right);
        product.Multiply(SimulatedGate.Factor(configuration), product);
        return product;
    }
}
