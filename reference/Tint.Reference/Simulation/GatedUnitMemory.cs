using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Simulation;

/// <summary>What a gated unit's forward pass leaves for its backward pass; each [T × D_aux], in a row from D_sim − 2·D_aux of a token.</summary>
/// <param name="Signal">ρ²b.</param>
/// <param name="Gate">ρ²z.</param>
public sealed record GatedUnitMemory(Matrix<double> Signal, Matrix<double> Gate);
