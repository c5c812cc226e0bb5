using System.Text.Json.Serialization;
using Tint.Experiments.Evaluation;

namespace Tint.Experiments;

/// <summary>The generated serialiser of what is written a line each.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(EvaluationJournal.JournalHead))]
[JsonSerializable(typeof(EvaluationJournal.JournalLine))]
internal sealed partial class ExperimentLineJson : JsonSerializerContext;
