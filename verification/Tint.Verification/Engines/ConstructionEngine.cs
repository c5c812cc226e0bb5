using Tint.Fixtures;
using Tint.Reference.Primitives;

namespace Tint.Verification.Engines;

/// <summary>Computes cases with the literal construction: the weights written into transformer layers, run over prefixes and tokens.</summary>
public sealed class ConstructionEngine : ICaseEngine
{
    /// <inheritdoc/>
    public string Name => "construction";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, ComputedTensor> Compute(FixtureCase fixtureCase, FixtureTensors tensors)
    {
        ArgumentNullException.ThrowIfNull(fixtureCase);
        ArgumentNullException.ThrowIfNull(tensors);
        if (fixtureCase.IsAuxiliary)
        {
            return new Dictionary<string, ComputedTensor>();
        }

        var configuration = CaseConfiguration.Of(fixtureCase);
        return CaseRoundoff.WithNoise(
            Compute(CaseRoundoff.Of(fixtureCase)),
            noise => Compute(Arithmetic.Perturbed(noise)).Select(item => KeyValuePair.Create(item.Key, item.Value.Value)),
            fixtureCase);

        IReadOnlyDictionary<string, ComputedTensor> Compute(Arithmetic arithmetic) => fixtureCase.Module == FixtureModules.WholeModel
            ? ModelCase.Compute(fixtureCase, tensors, configuration, arithmetic)
            : ModuleCase.Compute(fixtureCase, tensors, configuration, arithmetic);
    }
}
