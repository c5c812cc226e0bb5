using System.Text.Json.Serialization;

namespace Tint.Verification.Examples;

/// <summary>The generated serialiser of <see cref="ExampleDocument"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ExampleDocument))]
internal sealed partial class ExampleJson : JsonSerializerContext;
