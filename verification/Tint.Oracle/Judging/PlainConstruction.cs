using Tint.Fixtures;
using Tint.Reference.Primitives;
using Tint.Verification.Engines;

namespace Tint.Oracle.Judging;

/// <summary>The construction's numbers alone, without bounds, for what only fills in around another implementation's.</summary>
internal sealed class PlainConstruction : ICaseEngine
{
    /// <inheritdoc/>
    public string Name => "construction";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, ComputedTensor> Compute(FixtureCase fixtureCase, FixtureTensors tensors) =>
        new LoadedCase(fixtureCase, tensors).Construct(Arithmetic.Plain);
}
