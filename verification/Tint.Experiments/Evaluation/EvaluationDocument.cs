using System.Text.Json;

namespace Tint.Experiments.Evaluation;

/// <summary>An evaluation as JSON.</summary>
/// <param name="Model">The folder, or what the model is called.</param>
/// <param name="Family">The <c>model_type</c>.</param>
/// <param name="Tokenizer">The tokenizer.</param>
/// <param name="Text">Where the text is from.</param>
/// <param name="Window">T.</param>
/// <param name="SelectingWindows">How many windows rates are chosen on.</param>
/// <param name="ReportingWindows">How many windows results are reported on.</param>
/// <param name="AsPublished">Whether both are the same windows, as in the published evaluation.</param>
/// <param name="Engine">What computes TinT: simulation or construction.</param>
/// <param name="Provider">What products run on.</param>
/// <param name="Shard">Which part of the windows.</param>
/// <param name="MemoryGib">The memory that was stated, in GiB.</param>
/// <param name="ParallelWindows">How many windows were evaluated at once within it.</param>
/// <param name="PeakGib">The most memory that the process took, in GiB.</param>
/// <param name="Seconds">The time that it took.</param>
/// <param name="Chosen">The points with chosen rates.</param>
/// <param name="Reported">All points on the windows that report.</param>
/// <param name="Selection">All points on the windows that choose.</param>
/// <param name="Verdicts">Whether TinT lies between dynamic evaluation and vanilla.</param>
/// <param name="Windows">What each window gave.</param>
public sealed record EvaluationDocument(
    string Model,
    string Family,
    string Tokenizer,
    string Text,
    int Window,
    int SelectingWindows,
    int ReportingWindows,
    bool AsPublished,
    string Engine,
    string Provider,
    string Shard,
    double MemoryGib,
    int ParallelWindows,
    double PeakGib,
    double Seconds,
    IReadOnlyList<EvaluationPoint> Chosen,
    IReadOnlyList<EvaluationPoint> Reported,
    IReadOnlyList<EvaluationPoint> Selection,
    IReadOnlyList<string> Verdicts,
    IReadOnlyList<WindowMeasurement> Windows)
{
    /// <summary>Writes the document as UTF-8.</summary>
    public void WriteTo(Stream stream) => JsonSerializer.Serialize(stream, this, ExperimentJson.Default.EvaluationDocument);
}
