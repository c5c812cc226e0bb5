using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Exact;

/// <summary>
/// What attention's forward pass keeps for its backward pass. The attention weights themselves, [T × T] a head, are not kept:
/// <see cref="ExactAttention.Weights"/> computes them again.
/// </summary>
/// <param name="Query">Q = W_Q x + b_Q, [T × D_aux]; head h has columns h·D_aux/H_aux and on.</param>
/// <param name="Key">K, as <paramref name="Query"/>.</param>
/// <param name="Value">V, as <paramref name="Query"/>.</param>
/// <param name="Output">o_i = Σ_j a_ij v_j, head by head, [T × D_aux].</param>
public sealed record ExactAttentionForward(Matrix<double> Query, Matrix<double> Key, Matrix<double> Value, Matrix<double> Output);
