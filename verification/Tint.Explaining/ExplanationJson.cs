using System.Text.Json.Serialization;

namespace Tint.Explaining;

/// <summary>The generated serialiser of <see cref="ExplanationDocument"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ExplanationDocument))]
internal sealed partial class ExplanationJson : JsonSerializerContext;
