using System.Text.Json.Serialization;

namespace Tint.Verification.Benchmarks;

/// <summary>The generated serialiser of <see cref="BenchDocument"/> and <see cref="ProductDocument"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(BenchDocument))]
[JsonSerializable(typeof(CountDocument))]
[JsonSerializable(typeof(ProductDocument))]
internal sealed partial class BenchJson : JsonSerializerContext;
