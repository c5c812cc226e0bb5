namespace Tint.Experiments.Tokenization;

/// <summary>Text to a model's tokens and back. Several threads may use one at once.</summary>
public interface ITextTokenizer
{
    /// <summary>What it is and where it was read, in a few words.</summary>
    public string Name { get; }

    /// <summary>One more than the largest id.</summary>
    public int VocabularySize { get; }

    /// <summary>The ids of a text, with the special tokens that the model wants around it, such as OPT's BOS.</summary>
    public IReadOnlyList<int> Encode(string text);

    /// <summary>The ids of a text alone.</summary>
    public IReadOnlyList<int> EncodePlain(string text);

    /// <summary>The text of ids, special tokens included; bytes that are no UTF-8 become U+FFFD.</summary>
    public string Decode(IEnumerable<int> ids);
}
