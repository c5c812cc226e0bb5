using System.Collections.Concurrent;
using Tint.Reference;

namespace Tint.Experiments.Classification;

/// <summary>
/// What scores prompts of a setting behind a seed's demonstrations, made when the first test asks and let go behind the last one: a fine-tuned model is as large as the model.
/// </summary>
internal sealed class SharedScorers
{
    private readonly ConcurrentDictionary<(int Setting, int Seed), int> _left = new();
    private readonly ConcurrentDictionary<(int Setting, int Seed), Lazy<Func<ClassificationPrompt, bool, double[]>?>> _scorers = new();
    private readonly Func<(int Setting, int Seed), Func<ClassificationPrompt, bool, double[]>> _make;

    /// <summary>Scorers for tests that will be asked.</summary>
    /// <param name="tests">The setting and seed of each.</param>
    /// <param name="make">Makes a scorer.</param>
    public SharedScorers(IReadOnlyList<(int Setting, int Seed)> tests, Func<(int Setting, int Seed), Func<ClassificationPrompt, bool, double[]>> make)
    {
        _make = make;
        foreach (var group in tests.GroupBy(static test => test))
        {
            _left[group.Key] = group.Count();
        }
    }

    /// <summary>The scorer of a test; null where fine-tuning on the demonstrations left the finite numbers.</summary>
    public Func<ClassificationPrompt, bool, double[]>? Find((int Setting, int Seed) part) => _scorers.GetOrAdd(part, key => new(() =>
    {
        try
        {
            return _make(key);
        }
        catch (RuleViolationException)
        {
            return null;
        }
    })).Value;

    /// <summary>A test is answered.</summary>
    public void Release((int Setting, int Seed) part)
    {
        if (_left.AddOrUpdate(part, 0, static (_, left) => left - 1) == 0)
        {
            _scorers.TryRemove(part, out _);
        }
    }
}
