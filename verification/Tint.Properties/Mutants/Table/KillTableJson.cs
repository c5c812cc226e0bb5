using System.Text.Json.Serialization;

namespace Tint.Properties.Mutants.Table;

/// <summary>The generated serialiser of <see cref="KillTableDocument"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(KillTableDocument))]
internal sealed partial class KillTableJson : JsonSerializerContext;
