using System.Text.Json.Serialization;
using Tint.Experiments.Classification;
using Tint.Experiments.Differences;
using Tint.Experiments.Evaluation;
using Tint.Experiments.Training;

namespace Tint.Experiments;

/// <summary>The generated serialiser of the experiments' documents.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, Converters = [typeof(MethodConverter), typeof(CalibrationConverter)])]
[JsonSerializable(typeof(TrainingDocument))]
[JsonSerializable(typeof(EvaluationDocument))]
[JsonSerializable(typeof(DifferenceDocument))]
[JsonSerializable(typeof(ClassificationDocument))]
internal sealed partial class ExperimentJson : JsonSerializerContext
{
    private sealed class MethodConverter() : JsonStringEnumConverter<EvaluationMethod>(System.Text.Json.JsonNamingPolicy.SnakeCaseLower);

    private sealed class CalibrationConverter() : JsonStringEnumConverter<Calibration>(System.Text.Json.JsonNamingPolicy.SnakeCaseLower);
}
