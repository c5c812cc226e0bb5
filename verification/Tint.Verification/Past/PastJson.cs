using System.Text.Json.Serialization;

namespace Tint.Verification.Past;

/// <summary>The generated serialiser of <see cref="PastDocument"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(PastDocument))]
internal sealed partial class PastJson : JsonSerializerContext;
