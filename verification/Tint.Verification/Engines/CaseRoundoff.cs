using Tint.Reference.Auxiliary;
using Tint.Fixtures;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;

namespace Tint.Verification.Engines;

/// <summary>
/// The arithmetic that bounds the difference between a case's numbers and ours: its unit roundoff is that of the case's type plus that of a
/// double. Modules get the bound that always holds; whole models, in which hundreds of modules follow each other, the mean-square one.
/// </summary>
internal static class CaseRoundoff
{
    /// <summary>Runs of perturbed arithmetic: that all of them happen to show less than a hundredth of what they show on average has probability 1e-6.</summary>
    public const int NoisyRuns = 3;

    public static Arithmetic Of(FixtureCase fixtureCase)
    {
        var u = Unit(fixtureCase);
        return Arithmetic.Tracking(
            fixtureCase.Module == FixtureModules.WholeModel ? new MeanSquareRounding(u) : new WorstCaseRounding(u));
    }

    /// <summary>The roundoff of the case's type and ours.</summary>
    public static double Unit(FixtureCase fixtureCase) => RoundingModel.DoubleRoundoff
        + (fixtureCase.DataType == "float32" ? RoundingModel.SingleRoundoff : RoundingModel.DoubleRoundoff);

    /// <summary>
    /// Adds to what was computed the noise that rounding makes in it, <see cref="ComputedTensor.Noise"/>: the largest change of an entry among a few
    /// runs of perturbed arithmetic.
    /// </summary>
    /// <param name="fixtureCase">The case.</param>
    /// <param name="compute">Computes the case with given arithmetic.</param>
    public static IReadOnlyDictionary<string, ComputedTensor> WithNoise(
        FixtureCase fixtureCase, Func<Arithmetic, IReadOnlyDictionary<string, ComputedTensor>> compute)
    {
        var computed = compute(Of(fixtureCase));
        var noisy = computed.ToDictionary();
        for (var seed = 0; seed < NoisyRuns; seed++)
        {
            foreach (var (name, perturbed) in compute(Arithmetic.Perturbed(new RoundingNoise(Unit(fixtureCase), seed))))
            {
                noisy[name] = noisy[name].Bound is null ? noisy[name] : WithNoise(noisy[name], perturbed.Value);
            }
        }

        return noisy;
    }

    /// <summary>Adds one run's noise to what a tensor knows of it.</summary>
    public static ComputedTensor WithNoise(ComputedTensor computed, Tensor perturbed) =>
        computed with { Noise = Math.Max(computed.Noise ?? 0, Largest(computed.Value.Values, perturbed.Values)) };

    private static double Largest(ReadOnlySpan<double> values, ReadOnlySpan<double> perturbed)
    {
        var largest = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(values[i] - perturbed[i]));
        }

        return largest;
    }
}
