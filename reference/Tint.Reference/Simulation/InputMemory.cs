using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Simulation;

/// <summary>What a linear layer's or an activation's forward pass leaves for its backward pass.</summary>
/// <param name="Input">ρ·input, [T × in].</param>
public sealed record InputMemory(Matrix<double> Input) : LeafMemory;
