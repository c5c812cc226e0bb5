namespace Tint.Experiments.Classification;

/// <summary>How an example becomes text: what stands before it, what behind it, and the word of each label.</summary>
/// <param name="Before">In front of the example.</param>
/// <param name="After">Between the example and the word.</param>
/// <param name="Neutral">The same without an example, for calibration.</param>
/// <param name="Words">The word of each label, by its number.</param>
public sealed record ClassificationTemplate(string Before, string After, string Neutral, IReadOnlyList<string> Words)
{
    /// <summary>An example without its word.</summary>
    public string Text(string example) => $"{Before}{(example ?? string.Empty).Trim()}{After}";

    /// <summary>An example with a word.</summary>
    public string Text(string example, int label) => Text(example) + Words[label];
}
