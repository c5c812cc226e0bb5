using Tint.Experiments.Classification;
using Tint.Properties.Campaigns;
using Tint.Reference;

namespace Tint.Cli;

/// <summary>Joins the documents of a classification's shards: every number is what one run of all tests would have written.</summary>
internal static class ClassificationMerge
{
    /// <summary>The document of the whole classification.</summary>
    /// <param name="parts">The shards' documents with the names of their files.</param>
    /// <exception cref="RuleViolationException">They are of different classifications or versions, or a shard is missing, there twice, or not all there.</exception>
    public static ClassificationDocument Join(IReadOnlyList<(string Name, ClassificationDocument Document)> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var (firstName, first) = parts[0];
        foreach (var (name, document) in parts)
        {
            Same(document.Version, first.Version, "version");
            Same(document.Model, first.Model, "model");
            Same(document.Task, first.Task, "task");
            Same(document.Question, first.Question, "parameters, examples and settings");
            Same($"{document.AsPublished}", $"{first.AsPublished}", "way to choose settings");
            Same(ShardCheck.Number(document.TestsInAll), ShardCheck.Number(first.TestsInAll), "number of tests");
            Same(ShardCheck.Number(Shard.Parse(document.Shard).Count), ShardCheck.Number(Shard.Parse(first.Shard).Count), "number of shards");

            void Same(string? own, string? expected, string what) => ShardCheck.Same((own, name), (expected, firstName), what);
        }

        ShardCheck.Complete([.. parts.Select(static part => (part.Name, part.Document.Shard, part.Document.Tests.AsEnumerable()))], first.TestsInAll, "tests");
        int[] tests = [.. parts.SelectMany(static part => part.Document.Tests).Order()];
        return (first with { Shard = "1/1", Tests = tests, Outcomes = [.. first.Outcomes.Select(outcome => Whole(outcome, parts))] }).Summarized();
    }

    private static ClassificationOutcome Whole(ClassificationOutcome first, IReadOnlyList<(string Name, ClassificationDocument Document)> parts)
    {
        var answers = parts.SelectMany(part =>
        {
            var own = part.Document.Outcomes.FirstOrDefault(outcome => outcome.Setting == first.Setting && outcome.Seed == first.Seed) ?? throw new RuleViolationException(
                "every part must hold every setting and seed", $"none of '{ClassificationText.Name(first.Setting)}', seed {first.Seed}, in {part.Name}", "run the shard to its end");
            return part.Document.Tests.Zip(own.Right);
        });
        return first with { Right = [.. answers.OrderBy(static answer => answer.First).Select(static answer => answer.Second)] };
    }
}
