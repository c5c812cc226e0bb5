using System.Text.Json;
using System.Text.Json.Serialization;
using Tint.Fixtures;

namespace Tint.Verification.Reports;

/// <summary>The JSON that <c>tint list --json</c> writes: the set, its cases, and what their flags mean.</summary>
internal sealed record ListDocument
{
    /// <summary>The set's directory as the user named it; null for the cases that ship.</summary>
    public string? Directory { get; init; }

    /// <summary>How many cases the set has; <see cref="Cases"/> are those that were asked for.</summary>
    public required int CasesInSet { get; init; }

    /// <summary>The cases.</summary>
    public required IReadOnlyList<Row> Cases { get; init; }

    /// <summary>The flags of these cases: what a case holds, which bugs it catches, and what those would do.</summary>
    public required IReadOnlyDictionary<string, FixtureFlag> Flags { get; init; }

    /// <summary>The document of a selection.</summary>
    public static ListDocument Of(CaseSelection selection)
    {
        ArgumentNullException.ThrowIfNull(selection);
        return new ListDocument
        {
            Directory = selection.Directory,
            CasesInSet = selection.All.Count,
            Cases = [.. selection.Chosen.Select(item => new Row
            {
                Id = item.Id,
                Module = item.Module,
                DataType = item.DataType,
                File = item.File,
                Config = item.IsAuxiliary ? null : item.Config,
                ModelConfig = item.ModelConfig is { } config ? JsonElement.Parse(config) : null,
                Options = item.Options,
                Inputs = item.Inputs,
                Expected = item.Expected,
                Constructed = item.Constructed,
                Notes = item.Notes,
                Flags = [.. selection.Notes.Of(item.Id).Select(flag => flag.Name)],
            })],
            Flags = selection.Chosen.SelectMany(item => selection.Notes.Of(item.Id)).Distinct().ToDictionary(flag => flag.Name),
        };
    }

    /// <summary>Writes the document as UTF-8 JSON with names in snake_case.</summary>
    public void WriteTo(Stream stream) => JsonSerializer.Serialize(stream, this, ListJson.Default.ListDocument);

    /// <summary>One case.</summary>
    public sealed record Row
    {
        /// <summary>Its name.</summary>
        public required string Id { get; init; }

        /// <summary>Its module.</summary>
        public required string Module { get; init; }

        /// <summary>The type of its numbers, as the manifest's <c>dtype</c>.</summary>
        [JsonPropertyName("dtype")]
        public required string DataType { get; init; }

        /// <summary>Its file.</summary>
        public required string File { get; init; }

        /// <summary>The TinT; null where the case is about an auxiliary model alone.</summary>
        public required FixtureConfiguration? Config { get; init; }

        /// <summary>What the auxiliary model's <c>config.json</c> holds; null where the case is about a TinT.</summary>
        [JsonPropertyName("hf_config")]
        public JsonElement? ModelConfig { get; init; }

        /// <summary>The module's own settings; null where it has none of the kind.</summary>
        public required FixtureOptions Options { get; init; }

        /// <summary>Its tensors under <c>input.</c>.</summary>
        public required IReadOnlyList<string> Inputs { get; init; }

        /// <summary>Its tensors under <c>expected.</c>.</summary>
        public required IReadOnlyList<string> Expected { get; init; }

        /// <summary>Its tensors under <c>constructed.</c>.</summary>
        public required IReadOnlyList<string> Constructed { get; init; }

        /// <summary>What the manifest says about it in words; may be empty.</summary>
        public required string Notes { get; init; }

        /// <summary>Its flags; see <see cref="ListDocument.Flags"/>.</summary>
        public required IReadOnlyList<string> Flags { get; init; }
    }
}
