using Tint.Fixtures;

namespace Tint.Verification.Engines;

/// <summary>An engine of this repository.</summary>
public abstract class ReferenceEngine : ICaseEngine
{
    private protected ReferenceEngine()
    {
    }

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, ComputedTensor> Compute(FixtureCase fixtureCase, FixtureTensors tensors) => Compute(new LoadedCase(fixtureCase, tensors));

    /// <inheritdoc/>
    IReadOnlyDictionary<string, ComputedTensor> ICaseEngine.Compute(LoadedCase loaded) => Compute(loaded);

    internal abstract IReadOnlyDictionary<string, ComputedTensor> Compute(LoadedCase loaded);
}
