using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Certificates;

/// <summary>Upper bounds on the spectral norms of attention's three projections.</summary>
/// <param name="Query">‖W_Q‖₂.</param>
/// <param name="Key">‖W_K‖₂.</param>
/// <param name="Value">‖W_V‖₂.</param>
public sealed record AttentionNorms(double Query, double Key, double Value)
{
    /// <summary>Bounds the norms of the three matrices, all heads together, [D × D] each.</summary>
    public static AttentionNorms Of(Matrix<double> query, Matrix<double> key, Matrix<double> value) =>
        new(OperatorNorm.UpperBound(query), OperatorNorm.UpperBound(key), OperatorNorm.UpperBound(value));
}
