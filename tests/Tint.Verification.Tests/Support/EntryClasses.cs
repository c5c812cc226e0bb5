using Tint.Fixtures;

namespace Tint.Verification.Tests.Support;

/// <summary>The entries of an input, a few of each class that plays a part of its own, and which planted values can show there.</summary>
internal static class EntryClasses
{
    public static IReadOnlyList<int> Of(FixtureCase item, string name, IReadOnlyList<int> shape)
    {
        int count = shape.Aggregate(1, (product, size) => product * size), width = item.Config.AuxHiddenSize;
        if (name == "hidden_states")
        {
            // Each slot of the first and the last prefix and of the first and the last token.
            int rows = shape[1], columns = shape[2], prefixes = item.Config.NumPrefixes;
            return
            [
                .. new[] { 0, prefixes - 1, prefixes, rows - 1, (rows * shape[0]) - 1 }.SelectMany(row =>
                    Enumerable.Range(0, columns / width).Select(slot => (row * columns) + (slot * width) + (width / 2))),
            ];
        }

        // Above an icl mask's diagonal 0 and 1 mean the same: causality forbids what a 1 there allows (law L59).
        bool IsRead(int index) => name != "icl_mask" || index % shape[^1] <= index / shape[^1] % shape[^2];
        return
        [
            .. new[] { 0, 1, count / 3, count / 2, 2 * count / 3, count - 2, count - 1 }
                .Where(index => index >= 0 && index < count && IsRead(index))
                .Distinct(),
        ];
    }

    /// <summary>
    /// Whether a value planted there must show. What is not finite must everywhere; other values where inputs are compared exactly or by rule:
    /// in masks, position tables and parameters. A 1 in place of a 0 of icl_mask means nothing above the diagonal; of what is computed with (hidden states, a model's weights) a change may stay below rounding,
    /// and memory holds Qx and Kx within rounding only.
    /// </summary>
    public static bool Shows(FixtureCase item, string name, string value) =>
        value is "NaN" or "infinity"
        || !(name is "hidden_states" or "train_mask" or "gradient_mask" || name.StartsWith("aux.", StringComparison.Ordinal)
            || (name == "icl_mask" && value == "twice")
            || (value == "ulp" && item.Module != "AttentionForward" && (name.StartsWith("query_", StringComparison.Ordinal) || name.StartsWith("key_", StringComparison.Ordinal))));
}
