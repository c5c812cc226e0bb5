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
    public static Arithmetic Of(FixtureCase fixtureCase)
    {
        var u = Unit(fixtureCase);
        return Arithmetic.Tracking(
            fixtureCase.Module == FixtureModules.WholeModel || fixtureCase.IsAuxiliary ? new MeanSquareRounding(u) : new WorstCaseRounding(u));
    }

    /// <summary>The roundoff of the case's type and ours.</summary>
    public static double Unit(FixtureCase fixtureCase) => RoundingModel.DoubleRoundoff
        + (fixtureCase.DataType == "float32" ? RoundingModel.SingleRoundoff : RoundingModel.DoubleRoundoff);

    /// <summary>Adds to what was computed the noise that rounding makes in it, <see cref="ComputedTensor.Noise"/>.</summary>
    /// <param name="computed">What was computed.</param>
    /// <param name="perturbed">Computes the same, tensors by name, with the noise that is given.</param>
    /// <param name="fixtureCase">The case.</param>
    public static IReadOnlyDictionary<string, ComputedTensor> WithNoise(
        IReadOnlyDictionary<string, ComputedTensor> computed,
        Func<RoundingNoise, IEnumerable<KeyValuePair<string, Tensor>>> perturbed,
        FixtureCase fixtureCase)
    {
        var runs = new NoiseRuns(computed, perturbed, Unit(fixtureCase));
        return computed.ToDictionary(
            item => item.Key,
            item => item.Value.Bound is null ? item.Value : item.Value with { Noise = enough => runs.Of(item.Key, enough) },
            StringComparer.Ordinal);
    }
}
