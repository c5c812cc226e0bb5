using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Certificates;

/// <summary>A simulated gradient on its way back, and the bound on its distance from the true one at the same place.</summary>
/// <param name="Gradient">g̃, [T × D].</param>
/// <param name="Chain">The bound.</param>
internal sealed record CertifiedGradient(Matrix<double> Gradient, CertificateChain Chain);
