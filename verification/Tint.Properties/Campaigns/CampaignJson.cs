using System.Text.Json.Serialization;

namespace Tint.Properties.Campaigns;

/// <summary>The generated serialiser of <see cref="CampaignDocument"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    Converters = [typeof(OutcomeConverter)])]
[JsonSerializable(typeof(CampaignDocument))]
internal sealed partial class CampaignJson : JsonSerializerContext
{
    private sealed class OutcomeConverter() : JsonStringEnumConverter<LawOutcome>(System.Text.Json.JsonNamingPolicy.SnakeCaseLower);
}
