using Microsoft.ML.Tokenizers;
using Tint.Fixtures;
using Tint.Reference;

namespace Tint.Experiments.Tokenization;

/// <summary>SentencePiece, as LLaMA-2 (BPE) and T5 (unigram) use it.</summary>
internal sealed class SentencePieceText : ITextTokenizer
{
    private readonly SentencePieceTokenizer _pieces;
    private readonly string _file;
    private readonly (bool Begin, bool End) _adds;

    /// <summary>Reads a model of SentencePiece.</summary>
    /// <param name="path">The file.</param>
    /// <param name="addsBegin">Whether the model wants BOS in front.</param>
    /// <param name="addsEnd">Whether the model wants EOS behind.</param>
    /// <exception cref="FixtureException">The file cannot be read or is none.</exception>
    public SentencePieceText(string path, bool addsBegin, bool addsEnd)
    {
        (_file, _adds) = (Printable.Name(Path.GetFileName(path)), (addsBegin, addsEnd));
        try
        {
            using var stream = File.OpenRead(path);
            _pieces = SentencePieceTokenizer.Create(stream, addsBegin, addsEnd, specialTokens: null);
            VocabularySize = _pieces.Vocabulary.Values.Max() + 1;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new FixtureException($"{_file}: must be a model of SentencePiece, BPE or unigram", exception.Message, "fetch the file again", exception);
        }
    }

    /// <inheritdoc/>
    public string Name => $"SentencePiece, {VocabularySize} tokens, from {_file}";

    /// <inheritdoc/>
    public int VocabularySize { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> Encode(string text) => Encode(text, _adds.Begin, _adds.End);

    /// <inheritdoc/>
    public IReadOnlyList<int> EncodePlain(string text) => Encode(text, begin: false, end: false);

    /// <inheritdoc/>
    public string Decode(IEnumerable<int> ids) => _pieces.Decode(ids, considerSpecialTokens: true);

    private IReadOnlyList<int> Encode(string text, bool begin, bool end)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            return _pieces.EncodeToIds(text, begin, end);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or IndexOutOfRangeException or KeyNotFoundException)
        {
            throw new RuleViolationException($"{_file}: the text must be one that the library can cut into pieces", exception.Message, "leave out what is unusual in it");
        }
    }
}
