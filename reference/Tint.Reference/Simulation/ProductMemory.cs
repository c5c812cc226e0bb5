using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Simulation;

/// <summary>What a product's forward pass leaves for its backward pass; each [T × D_aux], in a row from D_sim − 2·D_aux of a token.</summary>
/// <param name="Left">ρ a.</param>
/// <param name="Right">ρ b.</param>
public sealed record ProductMemory(Matrix<double> Left, Matrix<double> Right) : LeafMemory;
