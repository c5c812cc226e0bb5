using System.Text;

namespace Tint.Experiments.Text;

/// <summary>
/// Text by rule: chronicles of invented villages. A document draws the sounds of its names, its people with their trades and things, and the few turns
/// of phrase that it uses, and then tells the same facts over and over in another order, so that its beginning helps with its end. A model that
/// never saw the document can learn from its first half what is said in its second.
/// </summary>
/// <remarks>A document follows from its split and its number alone. Splits share words and turns of phrase, not documents.</remarks>
public static class GeneratedText
{
    private const int PeopleCount = 4;
    private const int TurnCount = 5;
    private const int SentenceCount = 26;

    private static readonly string[] Consonants = ["b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "z", "sh", "th", "qu", "x"];
    private static readonly string[] Vowels = ["a", "e", "i", "o", "u", "y", "ae", "ou"];
    private static readonly string[] Trades =
        ["baker", "weaver", "smith", "miller", "potter", "ferryman", "tailor", "cooper", "mason", "brewer", "tanner", "glazier"];

    private static readonly string[] Colours = ["red", "green", "blue", "yellow", "white", "black", "grey", "brown", "purple", "golden"];
    private static readonly string[] Numbers = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve"];

    /// <summary>{0} a person, {1} the person's trade, {2} number, {3} colour, {4} invented thing, {5} friend, {6} village, {7} river.</summary>
    private static readonly string[] Turns =
    [
        "{0} is the {1} of {6}.",
        "In {6} the {1} is called {0}.",
        "{0} the {1} has {2} {3} {4}s.",
        "There are {2} {3} {4}s in the house of {0}.",
        "{0} and {5} walk along the {7}.",
        "Who has the {3} {4}s? {0} has them.",
        "{5} is a friend of {0}, the {1}.",
        "Every morning {0} takes a {3} {4} to the {7}.",
        "The {7} runs past the house of {0} the {1}.",
        "\"{5},\" says {0}, \"my {4}s are {3}.\"",
        "Ask {0} for a {4}: it will be {3}.",
        "{0} counts: {2} {4}s, all of them {3}.",
        "No {1} in {6} is as old as {0}.",
        "When {5} comes to {6}, {0} brings {2} {4}s.",
    ];

    /// <summary>The text of a split: documents 0 … count − 1, an empty line between two.</summary>
    /// <param name="split">Which documents: those of one split are in no other.</param>
    /// <param name="documents">How many.</param>
    public static string Of(TextSplit split, int documents)
    {
        var text = new StringBuilder();
        for (var index = 0; index < documents; index++)
        {
            text.Append(Document(split, index)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>One document, about 1200 characters of ASCII: a title, then sentences in one paragraph.</summary>
    public static string Document(TextSplit split, int index)
    {
        var random = new SeededNumbers((int)split, index);
        var (consonants, vowels) = (random.Some(Consonants, 4), random.Some(Vowels, 2));
        var (village, river) = (Name(), Name());
        var trades = random.Some(Trades, PeopleCount);
        string[] people = [.. trades.Select(_ => Name())];
        string[][] facts =
        [
            .. people.Select((person, place) => new[]
            {
                person, trades[place], random.Of(Numbers), random.Of(Colours), Word(2),
                people[(place + 1 + random.Below(PeopleCount - 1)) % PeopleCount], village, river,
            }),
        ];
        var turns = random.Some(Turns, TurnCount);
        var text = new StringBuilder($"The book of {village}\n");
        for (var sentence = 0; sentence < SentenceCount; sentence++)
        {
            text.AppendFormat(System.Globalization.CultureInfo.InvariantCulture, random.Of(turns), random.Of(facts));
            text.Append(sentence + 1 < SentenceCount ? ' ' : '\n');
        }

        return text.ToString();

        string Name()
        {
            var word = Word(2 + random.Below(2));
            return char.ToUpperInvariant(word[0]) + word[1..];
        }

        string Word(int syllables) =>
            string.Concat(Enumerable.Range(0, syllables).Select(_ => random.Of(consonants) + random.Of(vowels))) + random.Of(consonants);
    }
}
