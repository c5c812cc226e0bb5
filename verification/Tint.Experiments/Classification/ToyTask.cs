using Tint.Experiments.Text;

namespace Tint.Experiments.Classification;

/// <summary>
/// A task by rule for the model that ships, which never saw the labels' symbols: which of two alphabets is a word from? Without demonstrations or fine-tuning nothing can
/// be known of it.
/// </summary>
public static class ToyTask
{
    private static readonly string[][] Consonants = [["k", "t", "p"], ["l", "m", "n"]];
    private static readonly string[] Vowels = ["a", "o", "u"];

    /// <summary>Its template: an example is a word, its label a symbol.</summary>
    public static ClassificationTemplate Template { get; } = new("Word: ", "\nKind: ", "\nKind: ", ["@", "#"]);

    /// <summary>Examples, both labels in turn.</summary>
    /// <param name="seed">Examples of one seed follow from it.</param>
    /// <param name="count">How many.</param>
    public static IReadOnlyList<ClassificationExample> Examples(int seed, int count) =>
    [
        .. Enumerable.Range(0, count).Select(index =>
        {
            var random = new SeededNumbers(seed, index);
            var consonants = Consonants[index % 2];
            return new ClassificationExample(string.Concat(Enumerable.Range(0, 3).Select(_ => random.Of(consonants) + random.Of(Vowels))), index % 2);
        }),
    ];
}
