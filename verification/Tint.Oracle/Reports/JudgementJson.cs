using System.Text.Json.Serialization;

namespace Tint.Oracle.Reports;

/// <summary>The generated serialiser of <see cref="JudgementDocument"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(JudgementDocument))]
[JsonSerializable(typeof(JudgementDocument.CaseRow))]
internal sealed partial class JudgementJson : JsonSerializerContext;
