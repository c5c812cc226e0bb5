using System.Globalization;
using Tint.Fixtures;

namespace Tint.Conformance;

/// <summary>Counts what passed, by module; <c>TINT_SCORE_CARD</c> in the environment names a file to which it is appended when all tests have run.</summary>
public sealed class ScoreCard : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, (int Passed, int Loaded)> _counts = new(StringComparer.Ordinal);

    /// <summary>Counts a test.</summary>
    /// <param name="module">The module of its case, or laws.</param>
    /// <param name="passed">Whether it passed.</param>
    public void Add(string module, bool passed)
    {
        lock (_lock)
        {
            var (before, loaded) = _counts.GetValueOrDefault(module);
            _counts[module] = (before + (passed ? 1 : 0), loaded + 1);
        }
    }

    /// <summary>The card: a line a module with passed / loaded / total.</summary>
    public override string ToString()
    {
        lock (_lock)
        {
            var totals = FixtureManifest.Load(FixtureLocator.FindShipped()).Cases.GroupBy(item => item.Module).ToDictionary(group => group.Key, group => group.Count());
            totals["laws"] = Properties.Laws.LawBook.All.Count;
            return string.Join(Environment.NewLine, _counts.Select(item => string.Create(
                CultureInfo.InvariantCulture, $"{item.Key,-26} {item.Value.Passed} passed / {item.Value.Loaded} loaded / {totals.GetValueOrDefault(item.Key)} in all")));
        }
    }

    /// <summary>Writes the card where it is asked for.</summary>
    public void Dispose()
    {
        if (Environment.GetEnvironmentVariable("TINT_SCORE_CARD") is { Length: > 0 } file)
        {
            File.AppendAllText(file, $"{this}{Environment.NewLine}");
        }
    }
}
