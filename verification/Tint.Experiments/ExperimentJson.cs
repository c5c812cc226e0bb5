using System.Text.Json.Serialization;
using Tint.Experiments.Differences;
using Tint.Experiments.Evaluation;
using Tint.Experiments.Training;

namespace Tint.Experiments;

/// <summary>The generated serialiser of the experiments' documents.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, Converters = [typeof(MethodConverter)])]
[JsonSerializable(typeof(TrainingDocument))]
[JsonSerializable(typeof(EvaluationDocument))]
[JsonSerializable(typeof(DifferenceDocument))]
internal sealed partial class ExperimentJson : JsonSerializerContext
{
    private sealed class MethodConverter() : JsonStringEnumConverter<EvaluationMethod>(System.Text.Json.JsonNamingPolicy.SnakeCaseLower);
}
