using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Simulation;

namespace Tint.Properties.Implementations;

/// <summary>What a block composed of modules leaves for its backward pass.</summary>
/// <param name="AttentionNorm">Behind the normalisation before attention.</param>
/// <param name="Attention">Behind attention.</param>
/// <param name="Output">Behind the projection after attention, [T × D_aux].</param>
/// <param name="MlpNorm">Behind the normalisation before the MLP.</param>
/// <param name="Chunks">Behind inner layer, activation and outer layer of each of the C chunks, [T × D_aux] each.</param>
public sealed record ModularMemory(
    LayerNormMemory AttentionNorm,
    AttentionMemory Attention,
    Matrix<double> Output,
    LayerNormMemory MlpNorm,
    IReadOnlyList<(Matrix<double> Inner, Matrix<double> Activation, Matrix<double> Outer)> Chunks);
