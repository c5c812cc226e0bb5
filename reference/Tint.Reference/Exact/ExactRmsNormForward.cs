using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Exact;

/// <summary>What a root-mean-square normalisation's forward pass keeps for its backward pass.</summary>
/// <param name="Output">γ∘x̂, [T × D].</param>
/// <param name="Normalised">x̂, [T × D].</param>
/// <param name="InverseRoot">1/√(mean x² + eps), [T].</param>
public sealed record ExactRmsNormForward(Matrix<double> Output, Matrix<double> Normalised, Vector<double> InverseRoot);
