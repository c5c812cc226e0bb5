using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Simulation;

/// <summary>What cross-attention's forward pass leaves for its backward pass and descent, the queries at the tokens, the rest at the other sequence's.</summary>
/// <param name="Query">ρ²(W_Q x + b_Q), [T × D_aux].</param>
/// <param name="Key">ρ²(W_K e + b_K), [S × heads·d].</param>
/// <param name="Other">ρ e, [S × D_aux].</param>
public sealed record CrossAttentionMemory(Matrix<double> Query, Matrix<double> Key, Matrix<double> Other) : LeafMemory
{
    /// <summary>ρ x, [T × D_aux], which the query layer's descent reads where the score path is kept; null elsewhere.</summary>
    public Matrix<double>? Input { get; init; }
}
