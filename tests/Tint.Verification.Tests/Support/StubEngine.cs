using Tint.Fixtures;
using Tint.Verification.Engines;

namespace Tint.Verification.Tests.Support;

/// <summary>An engine that does what a test says.</summary>
internal sealed class StubEngine(Func<FixtureCase, IReadOnlyDictionary<string, ComputedTensor>> compute) : ICaseEngine
{
    public string Name => "stub";

    public IReadOnlyDictionary<string, ComputedTensor> Compute(FixtureCase fixtureCase, FixtureTensors tensors) => compute(fixtureCase);
}
