using System.Text.Json.Serialization;

namespace Tint.Proofs.Proving;

/// <summary>The generated serialiser of <see cref="ProofDocument"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ProofDocument))]
internal sealed partial class ProofJson : JsonSerializerContext;
