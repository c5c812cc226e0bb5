using System.Collections.Concurrent;
using Tint.Fixtures;
using Tint.Verification.Engines;

namespace Tint.Properties.FixtureCases;

/// <summary>An engine that computes a case once and then answers from memory, told apart by the digest of the case's file.</summary>
public sealed class RememberingEngine(ICaseEngine engine) : ICaseEngine
{
    private readonly ConcurrentDictionary<string, Lazy<IReadOnlyDictionary<string, ComputedTensor>>> _answers = new();

    /// <inheritdoc/>
    public string Name => engine.Name;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, ComputedTensor> Compute(FixtureCase fixtureCase, FixtureTensors tensors)
    {
        ArgumentNullException.ThrowIfNull(fixtureCase);
        return _answers.GetOrAdd(
            fixtureCase.Sha256,
            _ => new Lazy<IReadOnlyDictionary<string, ComputedTensor>>(() => engine.Compute(fixtureCase, tensors))).Value;
    }
}
