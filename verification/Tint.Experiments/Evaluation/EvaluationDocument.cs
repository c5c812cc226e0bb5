using System.Reflection;
using System.Text.Json;
using Tint.Fixtures;
using Tint.Fixtures.Json;

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
    /// <summary>Where a rate that was chosen lies at the end of what was tried.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The version that ran it, with its commit where that is known: parts of different versions are not one evaluation.</summary>
    public string? Version { get; init; }

    /// <summary>What was evaluated; see <see cref="EvaluationQuestion"/>.</summary>
    public string? Question { get; init; }

    /// <summary>How many windows there are over all shards.</summary>
    public int WindowsInAll { get; init; }

    /// <summary>The version of this program.</summary>
    public static string? ThisVersion =>
        typeof(EvaluationDocument).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    /// <summary>Reads a document that <see cref="WriteTo"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FixtureException">It cannot be read, or is none.</exception>
    public static EvaluationDocument Read(string path) => JsonFile.ReadWritten(
        path,
        ExperimentJson.Default.EvaluationDocument,
        "'tint evaluate --json'",
        static document => document is { Windows: not null, Shard: not null } ? null : "no windows or no shard");

    /// <summary>Writes the document as UTF-8.</summary>
    public void WriteTo(Stream stream) => JsonSerializer.Serialize(stream, this, ExperimentJson.Default.EvaluationDocument);
}
