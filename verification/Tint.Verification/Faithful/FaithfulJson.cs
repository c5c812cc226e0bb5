using System.Text.Json.Serialization;

namespace Tint.Verification.Faithful;

/// <summary>The generated serialiser of <see cref="FaithfulDocument"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(FaithfulDocument))]
internal sealed partial class FaithfulJson : JsonSerializerContext;
