using System.Globalization;
using System.Text.Json;
using Tint.Experiments.Text;
using Tint.Fixtures;
using Tint.Reference;

namespace Tint.Experiments.Classification;

/// <summary>
/// Examples of a user's own: a line each, JSON with "label" and "text", "sentence" or "content", or in a .tsv file the text, a tab and the label. Labels are numbers from
/// 0, or the words of the template.
/// </summary>
public static class ExampleFile
{
    private static readonly string[] TextNames = ["text", "sentence", "content"];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="words">The words of the labels.</param>
    /// <exception cref="FixtureException">The file cannot be read.</exception>
    /// <exception cref="RuleViolationException">A line is no example.</exception>
    public static IReadOnlyList<ClassificationExample> Read(string path, IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(path);
        var file = TextFolder.Read(path)[0];
        var isTable = path.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase);
        ClassificationExample[] examples =
        [
            .. file.Text.Split('\n').Select(static line => line.TrimEnd('\r')).Index().Where(static line => line.Item.Length > 0)
                .Select(line => isTable ? OfTable(line.Item, line.Index + 1, words) : OfJson(line.Item, line.Index + 1, words)),
        ];
        return examples.Length > 0 ? examples : throw Broken(1, "an empty file");
    }

    private static ClassificationExample OfTable(string line, int number, IReadOnlyList<string> words)
    {
        var tab = line.LastIndexOf('\t');
        return tab > 0 ? new ClassificationExample(line[..tab], Label(line[(tab + 1)..], number, words)) : throw Broken(number, "a line without a tab");
    }

    private static ClassificationExample OfJson(string line, int number, IReadOnlyList<string> words)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw Broken(number, "no object");
            }

            var text = TextNames.Select(name => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null)
                .FirstOrDefault(static value => value is not null) ?? throw Broken(number, $"none of {string.Join(", ", TextNames)}");
            return root.TryGetProperty("label", out var label)
                ? new ClassificationExample(text, Label(label.ValueKind == JsonValueKind.String ? label.GetString()! : label.GetRawText(), number, words))
                : throw Broken(number, "no label");
        }
        catch (JsonException)
        {
            throw Broken(number, "no JSON");
        }
    }

    private static int Label(string word, int number, IReadOnlyList<string> words)
    {
        var place = words.Index().Where(other => other.Item == word).Select(static other => (int?)other.Index).FirstOrDefault();
        return place ?? (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var label) && label < words.Count
            ? label
            : throw Broken(number, $"the label '{word}' of {words.Count}"));
    }

    private static RuleViolationException Broken(int line, string found) => new(
        "a line of examples must have a text and a label",
        $"{found} in line {line}",
        "write {\"text\": …, \"label\": 0}, or in a .tsv file the text, a tab and the label");
}
