using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Simulation;

/// <summary>What a LayerNorm's forward pass leaves for its backward pass and descent.</summary>
/// <param name="Normalized">ρ²·z, [T × D_aux], z the gated normalisation of x (x̂ where gates are exact); at D_sim − 2·D_aux of a token.</param>
/// <param name="Input">x as it came in, [T × D_aux], ungated; at D_sim − D_aux of a token.</param>
public sealed record LayerNormMemory(Matrix<double> Normalized, Matrix<double> Input) : LeafMemory;
