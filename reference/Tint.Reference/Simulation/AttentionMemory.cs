using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Simulation;

/// <summary>What attention's forward pass leaves for its backward pass and descent; each [T × D_aux], in a row from D_sim − 3·D_aux of a token.</summary>
/// <param name="Query">ρ²(W_Q x + b_Q).</param>
/// <param name="Key">ρ²(W_K x + b_K).</param>
/// <param name="Input">ρ x.</param>
public sealed record AttentionMemory(Matrix<double> Query, Matrix<double> Key, Matrix<double> Input) : LeafMemory;
