using System.Text.Json.Serialization;

namespace Tint.Verification.Counting;

/// <summary>The generated serialiser of <see cref="ParameterDocument"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ParameterDocument))]
internal sealed partial class ParameterJson : JsonSerializerContext;
