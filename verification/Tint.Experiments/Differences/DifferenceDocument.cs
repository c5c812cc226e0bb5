using System.Text.Json;

namespace Tint.Experiments.Differences;

/// <summary>A comparison of updates as JSON.</summary>
/// <param name="Model">The folder, or what the model is called.</param>
/// <param name="Text">Where the text is from.</param>
/// <param name="Windows">How many windows.</param>
/// <param name="Window">T.</param>
/// <param name="Engine">What computes TinT: simulation or construction.</param>
/// <param name="Provider">What products run on.</param>
/// <param name="Points">The settings.</param>
public sealed record DifferenceDocument(string Model, string Text, int Windows, int Window, string Engine, string Provider, IReadOnlyList<DifferencePoint> Points)
{
    /// <summary>Writes the document as UTF-8.</summary>
    public void WriteTo(Stream stream) => JsonSerializer.Serialize(stream, this, ExperimentJson.Default.DifferenceDocument);
}
