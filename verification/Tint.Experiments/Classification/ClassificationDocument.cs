using System.Text.Json;

namespace Tint.Experiments.Classification;

/// <summary>A classification as JSON.</summary>
/// <param name="Model">The folder, or what the model is called.</param>
/// <param name="Task">The task.</param>
/// <param name="Template">The template's number; null for the task that ships.</param>
/// <param name="Shots">The number of demonstrations.</param>
/// <param name="Seeds">The seeds that drew them.</param>
/// <param name="Selecting">How many examples choose.</param>
/// <param name="Reporting">How many are reported.</param>
/// <param name="AsPublished">Whether both are the same, as in the published evaluation.</param>
/// <param name="Provider">What products run on.</param>
/// <param name="Results">The best setting of each method and calibration.</param>
/// <param name="Outcomes">Every setting on every seed.</param>
public sealed record ClassificationDocument(
    string Model,
    string Task,
    int? Template,
    int Shots,
    IReadOnlyList<int> Seeds,
    int Selecting,
    int Reporting,
    bool AsPublished,
    string Provider,
    IReadOnlyList<ClassificationResult> Results,
    IReadOnlyList<ClassificationOutcome> Outcomes)
{
    /// <summary>Writes the document as UTF-8.</summary>
    public void WriteTo(Stream stream) => JsonSerializer.Serialize(stream, this, ExperimentJson.Default.ClassificationDocument);
}
