using System.Text.Json.Serialization;

namespace Tint.Verification.Benchmarks;

/// <summary>The generated serialiser of <see cref="BenchDocument"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(BenchDocument))]
internal sealed partial class BenchJson : JsonSerializerContext;
