using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Simulation;

/// <summary>What a block's forward pass leaves for its backward pass, module by module.</summary>
/// <param name="AttentionNorm">The normalisation before attention.</param>
/// <param name="Attention">Attention.</param>
/// <param name="Output">ρ·input of the projection after attention, [T × D_aux].</param>
/// <param name="MlpNorm">The normalisation before the MLP.</param>
/// <param name="Inner">ρ·input of the MLP's first layer, [T × D_aux]; the same for every chunk.</param>
/// <param name="Activation">ρ·input of the activation, [T × C·D_aux], chunks side by side.</param>
/// <param name="Outer">ρ·input of the MLP's second layer, [T × C·D_aux], chunks side by side.</param>
public sealed record BlockMemory(
    LayerNormMemory AttentionNorm,
    AttentionMemory Attention,
    Matrix<double> Output,
    LayerNormMemory MlpNorm,
    Matrix<double> Inner,
    Matrix<double> Activation,
    Matrix<double> Outer);
