using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Simulation;

/// <summary>The gated normalisation S that both passes of a normalisation apply to the first D coordinates of every token.</summary>
/// <remarks>
/// The feature gate w is ρ = tanh G on the signal's D coordinates and tanh 0 = 0 elsewhere, so the other coordinates neither enter nor
/// change. Mean: Σ w x/Σ w = μ, the plain mean. Variance: Σ (w(x − μ))²/Σ w = ρ·var. Mixed with what the gate holds back:
/// S(x)_d = ρ(x_d − μ)/√(eps + ρ·var) + (1 − ρ)x_d, which is x̂ at ρ = 1. A root-mean-square normalisation is the same with μ = 0.
/// </remarks>
internal static class GatedNormalization
{
    /// <summary>A rough count of scalar operations an entry.</summary>
    private const int WorkPerEntry = 8;

    /// <summary>Replaces x by S(x), in place.</summary>
    /// <param name="x">x, [T × D].</param>
    /// <param name="rho">ρ.</param>
    /// <param name="epsilon">eps.</param>
    /// <param name="centred">Whether the mean is subtracted.</param>
    public static void Apply(Matrix<double> x, double rho, double epsilon, bool centred) =>
        RowRange.ForAll(x, WorkPerEntry, rows =>
        {
            var mean = centred ? rows.Sums() : new double[rows.Count];
            Elementwise.Divide(mean, x.ColumnCount);

            // An infinite deviation would leave a row of plausible zeros.
            var deviation = Array.ConvertAll(
                rows.SquaredDistances(mean), sum => Divergence.Check(Elementwise.Deviation(epsilon, rho, sum, x.ColumnCount), "the deviation of a normalisation"));
            rows.Normalise(mean, deviation, rho);
        });
}
