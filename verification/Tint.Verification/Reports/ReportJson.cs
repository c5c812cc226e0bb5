using System.Text.Json.Serialization;

namespace Tint.Verification.Reports;

/// <summary>The generated serialiser of <see cref="ReportDocument"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    Converters = [typeof(VerdictConverter)])]
[JsonSerializable(typeof(ReportDocument))]
internal sealed partial class ReportJson : JsonSerializerContext
{
    private sealed class VerdictConverter() : JsonStringEnumConverter<CaseVerdict>(System.Text.Json.JsonNamingPolicy.SnakeCaseLower);
}
