using Tint.Fixtures;

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
        return CaseRoundoff.WithNoise(fixtureCase, arithmetic => fixtureCase.Module == FixtureModules.WholeModel
            ? ModelCase.Compute(fixtureCase, tensors, configuration, arithmetic)
            : ModuleCase.Compute(fixtureCase, tensors, configuration, arithmetic));
    }
}
