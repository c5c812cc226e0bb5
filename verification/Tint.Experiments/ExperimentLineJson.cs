using System.Text.Json.Serialization;
using Tint.Experiments.Classification;
using Tint.Experiments.Evaluation;

namespace Tint.Experiments;

/// <summary>The generated serialiser of what is written a line each.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(JournalHead))]
[JsonSerializable(typeof(JournalLine<EvaluationUnit, IReadOnlyList<Measurement>>), TypeInfoPropertyName = "EvaluationLine")]
[JsonSerializable(typeof(JournalLine<ClassificationUnit, ClassificationAnswer>), TypeInfoPropertyName = "ClassificationLine")]
internal sealed partial class ExperimentLineJson : JsonSerializerContext;
