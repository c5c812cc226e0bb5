using Tint.Fixtures;
using Tint.Reference.Auxiliary;
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
    /// runs of perturbed arithmetic. The runs are done when the noise of a tensor is first asked for.
    /// </summary>
    /// <param name="computed">What was computed.</param>
    /// <param name="perturbed">Computes the same, tensors by name, with the noise that is given.</param>
    /// <param name="fixtureCase">The case.</param>
    public static IReadOnlyDictionary<string, ComputedTensor> WithNoise(
        IReadOnlyDictionary<string, ComputedTensor> computed,
        Func<RoundingNoise, IEnumerable<KeyValuePair<string, Tensor>>> perturbed,
        FixtureCase fixtureCase)
    {
        var noises = new Lazy<Dictionary<string, double>>(() =>
        {
            var largest = new Dictionary<string, double>(StringComparer.Ordinal);
            for (var seed = 0; seed < NoisyRuns; seed++)
            {
                foreach (var (name, tensor) in perturbed(new RoundingNoise(Unit(fixtureCase), seed)))
                {
                    largest[name] = Math.Max(largest.GetValueOrDefault(name), Largest(computed[name].Value.Values, tensor.Values));
                }
            }

            return largest;
        });
        return computed.ToDictionary(
            item => item.Key,
            item => item.Value.Bound is null ? item.Value : item.Value with { Noise = new Lazy<double>(() => noises.Value[item.Key]) },
            StringComparer.Ordinal);
    }

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
