using System.Text.Json.Serialization;

namespace Tint.Properties.Campaigns;

/// <summary>The generated serialiser of <see cref="CampaignDocument"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(CampaignDocument))]
internal sealed partial class CampaignJson : JsonSerializerContext;
