using Tint.Experiments.Evaluation;
using Tint.Properties.Campaigns;
using Tint.Reference;

namespace Tint.Cli;

/// <summary>Joins the documents of an evaluation's shards: every number is what one run of all windows would have written; times add up.</summary>
internal static class EvaluationMerge
{
    /// <summary>The document of the whole evaluation.</summary>
    /// <param name="parts">The shards' documents with the names of their files.</param>
    /// <exception cref="RuleViolationException">
    /// There are none, they are of different evaluations or versions, or a shard is missing, there twice, or not all there.
    /// </exception>
    public static EvaluationDocument Join(IReadOnlyList<(string Name, EvaluationDocument Document)> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0)
        {
            throw new RuleViolationException("there must be parts to join", "none", "name the JSON files of all shards");
        }

        var (firstName, first) = parts[0];
        foreach (var (name, document) in parts)
        {
            Same(document.Version, first.Version, "version");
            Same(document.Model, first.Model, "model");
            Same(document.Text, first.Text, "text");
            Same(document.Question, first.Question, "parameters, windows and settings");
            Same(ShardCheck.Number(document.WindowsInAll), ShardCheck.Number(first.WindowsInAll), "number of windows");
            Same(ShardCheck.Number(Shard.Parse(document.Shard).Count), ShardCheck.Number(Shard.Parse(first.Shard).Count), "number of shards");

            void Same(string? own, string? expected, string what) => ShardCheck.Same((own, name), (expected, firstName), what);
        }

        ShardCheck.Complete(
            [.. parts.Select(static part => (part.Name, part.Document.Shard, part.Document.Windows.Select(static one => one.Window)))], first.WindowsInAll, "windows");
        WindowMeasurement[] windows = [.. parts.SelectMany(static part => part.Document.Windows).OrderBy(static one => one.Window)];
        var summary = EvaluationSummary.Of(windows);
        return first with
        {
            Shard = "1/1",
            SelectingWindows = parts.Sum(static part => part.Document.SelectingWindows),
            ReportingWindows = parts.Sum(static part => part.Document.ReportingWindows),
            ParallelWindows = parts.Max(static part => part.Document.ParallelWindows),
            PeakGib = parts.Max(static part => part.Document.PeakGib),
            Seconds = parts.Sum(static part => part.Document.Seconds),
            Chosen = summary.Chosen,
            Reported = summary.Reported,
            Selection = summary.Selection,
            Verdicts = summary.Verdicts(),
            Notes = [.. summary.Notes()],
            Windows = windows,
        };
    }
}
