namespace Tint.Experiments.Tokenization;

/// <summary>Where a space is put in front of a text.</summary>
internal enum SentencePiecePrefix
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>Everywhere, also behind a token that stands in the text itself.</summary>
    Always,

    /// <summary>The same, but not in front of a space.</summary>
    WhereMissing,

    /// <summary>At the beginning alone, and not in front of a space.</summary>
    AtStart,
}
