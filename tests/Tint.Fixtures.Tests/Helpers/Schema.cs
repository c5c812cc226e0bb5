using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Tint.Fixtures.Tests.Helpers;

/// <summary>A JSON Schema that ships beside the fixtures.</summary>
internal sealed class Schema(string file)
{
    private readonly JsonSchema _schema = JsonSchema.FromText(File.ReadAllText(Path.Combine(FixtureLocator.FindShipped(), file)));

    public bool Accepts(JsonNode document)
    {
        using var parsed = JsonDocument.Parse(document.ToJsonString());
        return _schema.Evaluate(parsed.RootElement).IsValid;
    }
}
