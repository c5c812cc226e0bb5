using System.Globalization;
using System.Text;
using Tint.Fixtures;

namespace Tint.Conformance;

/// <summary>
/// Counts what passed, by module and by every value of every option; <c>TINT_SCORE_CARD</c> in the environment names a file to which it is appended when all tests
/// have run.
/// </summary>
public sealed class ScoreCard : IDisposable
{
    private const string Laws = "laws";

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, (int Passed, int Loaded)> _counts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _missing = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Module, string Option, string Value), (int Passed, int Loaded)> _values = [];

    /// <summary>Counts the test of a case.</summary>
    /// <param name="item">The case.</param>
    /// <param name="passed">Whether it passed.</param>
    public void Add(FixtureCase item, bool passed)
    {
        ArgumentNullException.ThrowIfNull(item);
        lock (_lock)
        {
            Count(item.Module, passed);
            foreach (var (option, value) in OptionValues.Of(item))
            {
                var key = (item.Module, option, value);
                var (before, loaded) = _values.GetValueOrDefault(key);
                _values[key] = (before + (passed ? 1 : 0), loaded + 1);
            }
        }
    }

    /// <summary>Counts the test of a law.</summary>
    /// <param name="passed">Whether it holds.</param>
    public void AddLaw(bool passed)
    {
        lock (_lock)
        {
            Count(Laws, passed);
        }
    }

    /// <summary>Notes a law that was not tried.</summary>
    /// <param name="label">The law's label.</param>
    /// <param name="missing">What the backend lacks, that the law is about.</param>
    public void AddMissing(string label, string missing)
    {
        lock (_lock)
        {
            _missing[label] = missing;
        }
    }

    /// <summary>The card: a line a module with passed / loaded / total, and under it a line an option with passed / loaded / total of each value.</summary>
    public override string ToString()
    {
        lock (_lock)
        {
            var shipped = FixtureManifest.Load(FixtureLocator.FindShipped()).Cases;
            var text = new StringBuilder();
            foreach (var (module, (passed, loaded)) in _counts)
            {
                FixtureCase[] own = [.. shipped.Where(item => item.Module == module)];
                var total = module == Laws ? Properties.Laws.LawBook.All.Count : own.Length;
                text.AppendLine(CultureInfo.InvariantCulture, $"{module,-26} {passed} passed / {loaded} loaded / {total} in all");
                foreach (var option in own.SelectMany(OptionValues.Of).GroupBy(pair => pair.Option))
                {
                    var values = option.GroupBy(pair => pair.Value).Select(value => (value.Key, Score: _values.GetValueOrDefault((module, option.Key, value.Key)), Count: value.Count()));
                    text.AppendLine(CultureInfo.InvariantCulture, $"    {option.Key}: {string.Join(", ", values.Select(value => Text(value.Key, value.Score, value.Count)))}");
                }
            }

            foreach (var lacking in _missing.GroupBy(item => item.Value, item => item.Key))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"{"laws not tried",-26} {string.Join(", ", lacking)}: the backend lacks {lacking.Key}");
            }

            return text.ToString().TrimEnd();
        }

        static string Text(string value, (int Passed, int Loaded) score, int total) =>
            score.Loaded == 0 ? $"{value} not tried" : string.Create(CultureInfo.InvariantCulture, $"{value} {score.Passed}/{score.Loaded}/{total}");
    }

    /// <summary>Writes the card where it is asked for.</summary>
    public void Dispose()
    {
        if (Environment.GetEnvironmentVariable("TINT_SCORE_CARD") is { Length: > 0 } file)
        {
            File.AppendAllText(file, $"{this}{Environment.NewLine}");
        }
    }

    private void Count(string module, bool passed)
    {
        var (before, loaded) = _counts.GetValueOrDefault(module);
        _counts[module] = (before + (passed ? 1 : 0), loaded + 1);
    }
}
