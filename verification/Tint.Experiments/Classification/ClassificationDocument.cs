using System.Text.Json;
using Tint.Fixtures;
using Tint.Fixtures.Json;

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
/// <param name="Shard">Which part of the tests.</param>
/// <param name="Tests">The places of the tests that were asked.</param>
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
    string Shard,
    IReadOnlyList<int> Tests,
    IReadOnlyList<ClassificationResult> Results,
    IReadOnlyList<ClassificationOutcome> Outcomes)
{
    /// <summary>The version that ran it, with its commit where that is known: parts of different versions are not one classification.</summary>
    public string? Version { get; init; }

    /// <summary>What was asked, in one line.</summary>
    public string? Question { get; init; }

    /// <summary>How many tests there are over all shards.</summary>
    public int TestsInAll { get; init; }

    /// <summary>The document with what its outcomes say: settings are chosen on every second test and reported on the others, as published on all of them.</summary>
    public ClassificationDocument Summarized()
    {
        bool Selects(int place) => AsPublished || place % 2 == 0;
        bool Reports(int place) => AsPublished || place % 2 == 1;
        return this with
        {
            Selecting = Tests.Count(Selects),
            Reporting = Tests.Count(Reports),
            Results = Tests.Any(Selects) && Tests.Any(Reports) ? ClassificationResult.Of(Outcomes, at => Selects(Tests[at]), at => Reports(Tests[at])) : [],
        };
    }

    /// <summary>Reads a document that <see cref="WriteTo"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FixtureException">It cannot be read, or is none.</exception>
    public static ClassificationDocument Read(string path) => JsonFile.ReadWritten(
        path,
        ExperimentJson.Default.ClassificationDocument,
        "'tint classify --json'",
        static document => document is { Outcomes: not null, Tests: not null, Shard: not null } && document.Outcomes.All(outcome => outcome.Right?.Count == document.Tests.Count)
            ? null
            : "no answer to every test, or no shard");

    /// <summary>Writes the document as UTF-8.</summary>
    public void WriteTo(Stream stream) => JsonSerializer.Serialize(stream, this, ExperimentJson.Default.ClassificationDocument);
}
