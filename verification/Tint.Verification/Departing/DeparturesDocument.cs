using System.Text.Json;

namespace Tint.Verification.Departing;

/// <summary>The JSON that <c>tint departures --json</c> writes.</summary>
internal sealed record DeparturesDocument
{
    /// <summary>What matrix products ran on.</summary>
    public string? Provider { get; init; }

    /// <summary>The whole-model cases that were measured.</summary>
    public required IReadOnlyList<string> Cases { get; init; }

    /// <summary>The sizes, by label.</summary>
    public required IReadOnlyList<DepartureSize> Departures { get; init; }

    /// <summary>Writes the document as UTF-8 JSON with names in snake_case.</summary>
    public void WriteTo(Stream stream) => JsonSerializer.Serialize(stream, this, DeparturesJson.Default.DeparturesDocument);
}
