using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;

namespace Tint.Oracle.Judging;

/// <summary>A candidate's tensors as the matrices of sequences.</summary>
internal static class ModelAnswers
{
    /// <summary>One sequence's matrix; a vector of parameters as one row.</summary>
    public static Matrix<double> Matrix(Tensor tensor, int sequence)
    {
        var slice = tensor.Slice(sequence);
        return slice.Shape.Count == 1 ? slice.ToVector().ToRowMatrix() : slice.ToMatrix();
    }
}
