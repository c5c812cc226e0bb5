namespace Tint.Experiments.Tokenization;

/// <summary>What a byte-level BPE tokenizer is made of.</summary>
internal sealed record ByteLevelRules
{
    /// <summary>Where it was read.</summary>
    public required string Source { get; init; }

    /// <summary>Ids by token, bytes written as <see cref="ByteSymbols"/>.</summary>
    public required IReadOnlyDictionary<string, int> Vocabulary { get; init; }

    /// <summary>Pairs that are joined, "a b" each, the most urgent first.</summary>
    public required IReadOnlyList<string> Merges { get; init; }

    /// <summary>The steps in which text is cut into pieces.</summary>
    public required IReadOnlyList<PieceSplit> Splits { get; init; }

    /// <summary>Whether a space is put in front of text that has none there.</summary>
    public bool AddsPrefixSpace { get; init; }

    /// <summary>Whether text is composed (NFC) first.</summary>
    public bool Composes { get; init; }

    /// <summary>Whether a piece that is a token is taken as it is, whatever the merges make of it.</summary>
    public bool TakesWholePieces { get; init; }

    /// <summary>The tokens that are found in the text itself.</summary>
    public IReadOnlyList<AddedToken> Added { get; init; } = [];

    /// <summary>The ids in front of a text.</summary>
    public IReadOnlyList<int> Before { get; init; } = [];

    /// <summary>The ids behind a text.</summary>
    public IReadOnlyList<int> After { get; init; } = [];
}
