using System.Collections.Concurrent;
using Tint.Fixtures;
using Tint.Verification.Engines;

namespace Tint.Properties.FixtureCases;

/// <summary>An engine that computes a case once and then answers from memory, told apart by the digest of the case's file.</summary>
/// <remarks>
/// Noise is measured when it is asked for (<see cref="ComputedTensor.Noise"/>), perhaps long after whoever asked first has closed the case. So the engine
/// opens each case for itself, and closes it when it is disposed of.
/// </remarks>
public sealed class RememberingEngine(ICaseEngine engine) : ICaseEngine, IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<(FixtureTensors Tensors, IReadOnlyDictionary<string, ComputedTensor> Answer)>> _answers = new();

    /// <inheritdoc/>
    public string Name => engine.Name;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, ComputedTensor> Compute(FixtureCase fixtureCase, FixtureTensors tensors)
    {
        ArgumentNullException.ThrowIfNull(fixtureCase);
        return _answers.GetOrAdd(fixtureCase.Sha256, _ => new(() => Compute(fixtureCase))).Value.Answer;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var answer in _answers.Values.Where(answer => answer.IsValueCreated))
        {
            answer.Value.Tensors.Dispose();
        }
    }

    private (FixtureTensors Tensors, IReadOnlyDictionary<string, ComputedTensor> Answer) Compute(FixtureCase fixtureCase)
    {
        var tensors = fixtureCase.Open();
        try
        {
            return (tensors, engine.Compute(fixtureCase, tensors));
        }
        catch
        {
            tensors.Dispose();
            throw;
        }
    }
}
