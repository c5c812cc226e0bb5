using Tint.Fixtures;
using Tint.Verification.Engines;

namespace Tint.Verification.Tests.Support;

/// <summary>An engine that calls everything unread that another computes.</summary>
internal sealed class UnreadEngine(ICaseEngine engine) : ICaseEngine
{
    public string Name => "unread";

    public IReadOnlyDictionary<string, ComputedTensor> Compute(FixtureCase fixtureCase, FixtureTensors tensors) =>
        engine.Compute(fixtureCase, tensors).ToDictionary(entry => entry.Key, entry => entry.Value with { Unread = "nobody reads it" });
}
