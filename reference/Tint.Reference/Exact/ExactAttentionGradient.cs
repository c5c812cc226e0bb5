using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Exact;

/// <summary>
/// The gradient of attention with respect to queries, keys and values. <see cref="Value"/> is the value path, the attention weights held
/// fixed; <see cref="Query"/> and <see cref="Key"/> are the score path, which TinT drops (V1).
/// </summary>
/// <param name="Query">∂Q, [T × D_aux].</param>
/// <param name="Key">∂K, [T × D_aux].</param>
/// <param name="Value">∂V, [T × D_aux].</param>
public sealed record ExactAttentionGradient(Matrix<double> Query, Matrix<double> Key, Matrix<double> Value);
