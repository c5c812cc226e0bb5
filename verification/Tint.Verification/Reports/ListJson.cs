using System.Text.Json.Serialization;

namespace Tint.Verification.Reports;

/// <summary>The generated serialiser of <see cref="ListDocument"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ListDocument))]
internal sealed partial class ListJson : JsonSerializerContext;
