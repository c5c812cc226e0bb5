using System.Globalization;

namespace Tint.Verification.Examples;

/// <summary>The example in numbers in the words and rows of the walk-through.</summary>
internal static class ExampleText
{
    private const int LeastRun = 4;

    /// <summary>The prefixes, a Markdown row each.</summary>
    public static IReadOnlyList<string> PrefixRows(ExampleDocument example)
    {
        ArgumentNullException.ThrowIfNull(example);
        return
        [
            .. example.Prefixes.Select((slots, prefix) => $"| prefix {prefix} | " + string.Join(" | ", slots.Select((values, slot) => slot < slots.Count - 1
                ? $"row {(prefix * (slots.Count - 1)) + slot}: {(prefix + slot == 0 ? Words(values, " ") : Run(values))}"
                : $"b: {Run(values)}")) + " |"),
        ];
    }

    /// <summary>Scores by shard, a Markdown row for each slot.</summary>
    public static IReadOnlyList<string> ScoreRows(ExampleDocument example)
    {
        ArgumentNullException.ThrowIfNull(example);
        return
        [
            .. example.Scores.GroupBy(score => score.Slot).Select(slot => $"| {slot.Key} | " + string.Join(" | ", slot.Select(score =>
                $"row {score.Row}: {Words(score.Shards, " + ")} = {Number(score.Sum)} | {score.Coordinate}")) + " |"),
        ];
    }

    /// <summary>What the rows lead to, a sentence each, as the walk-through has them.</summary>
    public static IReadOnlyList<string> Sentences(ExampleDocument example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var weights = example.Changes.Where(change => change.Row is not null).ToArray();
        var bias = example.Changes.Where(change => change.Row is null).ToArray();
        return
        [
            $"x = {Tuple(example.Input)}",
            $"Slot 0 is now {Tuple(example.Unpermuted)}",
            $"The permutation makes row {Words([.. Enumerable.Range(0, example.Permutation.Count).Select(i => (double)i)], ", ")} of coordinate "
                + $"{Words([.. example.Permutation.Select(i => (double)i)], ", ")}: W x = {Tuple(example.Product)}",
            $"the token's signal is {Tuple(example.Signal)}",
            string.Create(CultureInfo.InvariantCulture, $"ρ = 1 − {example.GateLeak:0.0e-0}"),
            $"g = {Tuple(example.OutputGradient)}, η = {Number(example.LearningRate)}",
            string.Join(", ", example.Queries.Select(Tuple)),
            $"the signal becomes {Tuple(example.InputGradient)} = Wᵀ g",
            $"changes row {string.Join(" and ", weights.Select(change => Number(change.Row!.Value)).Distinct())} at columns "
                + $"{string.Join(" and ", weights.Select(change => Number(change.Column)))}: {string.Join(", ", weights.Select(change => $"{Number(change.Before)} → {Number(change.After)}"))}",
            .. bias.Select(change => $"Entry {Number(change.Column)} of the bias goes from {Number(change.Before)} to {Number(change.After)} in prefix {Number(change.Prefix)}"),
            $"K = {string.Join(" and ", example.PrefixCounts.Select(count => Number(count)))} are the only prefix counts for D = {example.Shape["D_aux"]}",
            example.Refusal,
        ];
    }

    private static string Run(IReadOnlyList<double> values) =>
        values.Count >= LeastRun && values.Skip(1).Zip(values).All(pair => pair.First == pair.Second + 1)
            ? $"{Number(values[0])} … {Number(values[^1])}"
            : Words(values, " ");

    private static string Tuple(IReadOnlyList<double> values) => $"({Words(values, ", ")})";

    private static string Words(IReadOnlyList<double> values, string between) => string.Join(between, values.Select(Number));

    private static string Number(double value) => value.ToString("0.############", CultureInfo.InvariantCulture);
}
