using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Auxiliary;

/// <summary>A linear layer y = W x + b of the auxiliary model.</summary>
/// <param name="Weight">W, [out × in].</param>
/// <param name="Bias">b, [out].</param>
public sealed record LinearParameters(Matrix<double> Weight, Vector<double> Bias) : ParameterGroup
{
    /// <summary>W, [out × in].</summary>
    public Matrix<double> Weight { get; init => field = Require.Present(value, "the weight of a linear layer"); } =
        Require.Present(Weight, "the weight of a linear layer");

    /// <summary>b, [out].</summary>
    public Vector<double> Bias { get; init => field = Require.Present(value, "the bias of a linear layer"); } =
        Require.Present(Bias, "the bias of a linear layer");
}
