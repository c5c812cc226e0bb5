using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Exact;

/// <summary>What a normalisation's forward pass keeps for its backward pass.</summary>
/// <param name="Output">y = γ∘x̂ + β, [T × D_aux].</param>
/// <param name="Normalised">x̂ = (x − μ)/√(var + eps), [T × D_aux].</param>
/// <param name="InverseDeviation">1/√(var + eps) of each token, [T].</param>
public sealed record ExactLayerNormForward(Matrix<double> Output, Matrix<double> Normalised, Vector<double> InverseDeviation);
