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

    /// <summary>Replaces column-major entries x of [T × D] by S(x).</summary>
    /// <param name="entries">x.</param>
    /// <param name="rows">T.</param>
    /// <param name="columns">D.</param>
    /// <param name="rho">ρ.</param>
    /// <param name="epsilon">eps.</param>
    /// <param name="centred">Whether the mean is subtracted.</param>
    public static void Apply(double[] entries, int rows, int columns, double rho, double epsilon, bool centred)
    {
        Parallelism.ForRanges(rows, (long)WorkPerEntry * columns, (from, to) =>
        {
            Span<double> Rows(int column) => entries.AsSpan(column * rows, rows)[from..to];
            double[] mean = new double[to - from], scale = new double[to - from];
            for (var column = 0; centred && column < columns; column++)
            {
                Elementwise.AddScaled(mean, Rows(column), 1);
            }

            Elementwise.Divide(mean, columns);
            for (var column = 0; column < columns; column++)
            {
                Elementwise.AddSquaredDistances(scale, Rows(column), mean);
            }

            for (var t = 0; t < scale.Length; t++)
            {
                scale[t] = Elementwise.Deviation(epsilon, rho, scale[t], columns);

                // An infinite deviation would leave a row of plausible zeros.
                Divergence.Check(scale[t], "the deviation of a normalisation");
            }

            for (var column = 0; column < columns; column++)
            {
                Elementwise.Normalise(Rows(column), mean, scale, rho, Rows(column));
            }
        });
    }
}
