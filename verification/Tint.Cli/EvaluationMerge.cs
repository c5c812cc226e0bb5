using System.Globalization;
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
        var count = Shard.Parse(first.Shard).Count;
        foreach (var (name, document) in parts)
        {
            Same(document.Version, first.Version, "version");
            Same(document.Model, first.Model, "model");
            Same(document.Text, first.Text, "text");
            Same(document.Question, first.Question, "parameters, windows and settings");
            Same(Number(document.WindowsInAll), Number(first.WindowsInAll), "number of windows");
            Same(Number(Shard.Parse(document.Shard).Count), Number(count), "number of shards");

            void Same(string? own, string? expected, string what)
            {
                if (own != expected)
                {
                    throw new RuleViolationException(
                        $"parts must be of one evaluation: the same {what}", $"'{own}' in {name} and '{expected}' in {firstName}", "join the shards of one run of one build");
                }
            }
        }

        CheckShards(parts, count, first.WindowsInAll);
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
            Windows = windows,
        };
    }

    private static void CheckShards(IReadOnlyList<(string Name, EvaluationDocument Document)> parts, int count, int windows)
    {
        var names = new Dictionary<int, string>();
        foreach (var (name, document) in parts)
        {
            var shard = Shard.Parse(document.Shard);
            if (!names.TryAdd(shard.Index, name))
            {
                throw new RuleViolationException("parts must not overlap", $"shard {document.Shard} in {names[shard.Index]} and in {name}", "name each shard once");
            }

            if (!shard.Indices(windows).ToHashSet().SetEquals(document.Windows.Select(static one => one.Window)))
            {
                throw new RuleViolationException("a part must hold all windows of its shard, and no others", $"others in {name}", "run the shard to its end");
            }
        }

        int[] missing = [.. Enumerable.Range(1, count).Where(index => !names.ContainsKey(index))];
        if (missing.Length > 0)
        {
            throw new RuleViolationException("parts must leave no gap", $"no shard {Number(missing[0])}/{Number(count)}", "run what is missing and name its file too");
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
