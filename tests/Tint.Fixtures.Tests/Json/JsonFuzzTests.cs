using System.Globalization;
using System.Text.Json.Nodes;
using Tint.Fixtures.Tests.Helpers;

namespace Tint.Fixtures.Tests.Json;

/// <summary>
/// Manifests and notes in which some value has become another, is gone or is there twice load or are refused in one line, in little memory.
/// <c>TINT_FUZZ_CASES</c> sets how many are tried.
/// </summary>
public sealed class JsonFuzzTests : IDisposable
{
    private const int DefaultCases = 1500;

    /// <summary>Of documents of some kilobytes.</summary>
    private const long MostBytes = 32L << 20;

    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1", "2147483647", "2147483648", "1e308", "1e999", "-0.0", "1e-320", "0.1", "12345678901234567890", "\"\"", "\"\\u0000\"",
        "\"../../etc/passwd\"", "\"\\u001b[31m\"", "\"a\\nb\"", "\"\\ud800\"", "[]", "[null]", "[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]", "{}", "{\"a\":1}",
        $"\"{new string('x', 100_000)}\"", $"[{string.Join(',', Enumerable.Range(0, 5000))}]",
    ];

    private readonly SmallSet _set = new();

    public void Dispose() => _set.Dispose();

    [Fact]
    public void Damaged_manifests_load_or_are_refused_in_one_line() => Try(
        FixtureManifest.FileName, _set.Manifest.ToJsonString(), () => _ = FixtureManifest.Load(_set.Path).Cases.Sum(item => Record.Exception(() => item.Open().Dispose()) is null ? 1 : 0));

    [Fact]
    public void Damaged_notes_load_or_are_refused_in_one_line() => Try(
        FixtureNotes.FileName,
        """{"format":1,"flags":{"sum":{"description":"d","bug":"b","effect":"e"},"x":{"description":"","bug":"","effect":""}},"cases":{"A.a":["sum","x"],"B.b":[]}}""",
        () => _ = FixtureNotes.Load(_set.Path).CaseIds.Count);

    private void Try(string file, string document, Action load)
    {
        var cases = int.TryParse(Environment.GetEnvironmentVariable("TINT_FUZZ_CASES"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : DefaultCases;
        var (random, loaded) = (new Random(1), 0);
        for (var i = 0; i < cases; i++)
        {
            var damaged = Damage(JsonNode.Parse(document)!, random, 1 + (i % 3));
            File.WriteAllText(_set.File(file), damaged);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var exception = Record.Exception(load);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostBytes, damaged[..Math.Min(300, damaged.Length)]);
            loaded += exception is null ? 1 : 0;
            if (exception is not null)
            {
                var message = Assert.IsType<FixtureException>(exception).Message;
                Assert.False(message.Any(char.IsControl) || message.Length > 5000, damaged[..Math.Min(300, damaged.Length)]);
            }
        }

        Assert.InRange(loaded, 1, cases - 1);
    }

    /// <summary>The document with some of its values replaced, removed or doubled; what no tree can hold is put in as text.</summary>
    private static string Damage(JsonNode root, Random random, int count)
    {
        var replaced = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var nodes = Below(root).ToArray();
            var node = nodes[random.Next(nodes.Length)];
            var (parent, mark) = (node.Parent!, $"damage {i}");
            switch (random.Next(4))
            {
                case 0 when parent is JsonObject fields:
                    fields.Remove(node.GetPropertyName());
                    break;
                case 0:
                    parent.AsArray().Remove(node);
                    break;
                case 1 when parent is JsonArray items:
                    items.Add(node.DeepClone());
                    break;
                case 1:
                    parent.AsObject()[node.GetPropertyName() + "2"] = node.DeepClone();
                    break;
                default:
                    node.ReplaceWith(JsonValue.Create(mark));
                    replaced[mark] = Values[random.Next(Values.Length)];
                    break;
            }
        }

        return replaced.Aggregate(root.ToJsonString(), (text, item) => text.Replace($"\"{item.Key}\"", item.Value, StringComparison.Ordinal));
    }

    private static IEnumerable<JsonNode> Below(JsonNode node)
    {
        var children = node switch
        {
            JsonObject fields => fields.Select(field => field.Value),
            JsonArray items => items,
            _ => [],
        };
        return children.OfType<JsonNode>().SelectMany(child => Below(child).Prepend(child));
    }
}
