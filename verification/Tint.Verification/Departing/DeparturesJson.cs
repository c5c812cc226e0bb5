using System.Text.Json.Serialization;

namespace Tint.Verification.Departing;

/// <summary>The generated serialiser of <see cref="DeparturesDocument"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(DeparturesDocument))]
internal sealed partial class DeparturesJson : JsonSerializerContext;
