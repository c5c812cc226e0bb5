using Tint.Experiments.Text;

namespace Tint.Experiments.Classification;

/// <summary>
/// A task by rule for the model that ships: words that end in a go on with one letter, words that end in o with another. In the text that the model was trained on no
/// vowel says which consonant follows, so that it can know the rule from demonstrations alone: from those that it sees, or, where they are kept apart, from those that it
/// is fine-tuned on and from nothing else.
/// </summary>
public static class ToyTask
{
    private static readonly string[] Consonants = ["b", "d", "f", "g", "k", "l", "m", "p", "s", "t", "v", "z"];
    private static readonly string[] Vowels = ["a", "e", "i", "o", "u"];
    private static readonly string[] Endings = ["a", "o"];

    /// <summary>Its template: an example is a word, its label the letter behind it.</summary>
    public static ClassificationTemplate Template { get; } = new(string.Empty, string.Empty, string.Empty, ["r", "n"]);

    /// <summary>Examples, both labels in turn.</summary>
    /// <param name="seed">Examples of one seed follow from it.</param>
    /// <param name="count">How many.</param>
    public static IReadOnlyList<ClassificationExample> Examples(int seed, int count) =>
    [
        .. Enumerable.Range(0, count).Select(index =>
        {
            var random = new SeededNumbers(seed, index);
            return new ClassificationExample(random.Of(Consonants) + random.Of(Vowels) + random.Of(Consonants) + Endings[index % 2], index % 2);
        }),
    ];
}
