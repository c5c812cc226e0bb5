using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Auxiliary;

/// <summary>A linear layer y = W x + b of the auxiliary model.</summary>
/// <param name="Weight">W, [out × in].</param>
/// <param name="Bias">b, [out].</param>
public sealed record LinearParameters(Matrix<double> Weight, Vector<double> Bias);
