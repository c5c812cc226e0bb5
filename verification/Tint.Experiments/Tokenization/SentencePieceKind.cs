namespace Tint.Experiments.Tokenization;

/// <summary>What a piece of a SentencePiece model is, by the numbers of its format.</summary>
internal enum SentencePieceKind
{
    /// <summary>A piece of text.</summary>
    Normal = 1,

    /// <summary>What stands for text that no piece makes.</summary>
    Unknown = 2,

    /// <summary>A mark such as BOS, which no text makes.</summary>
    Control = 3,

    /// <summary>Text that is one piece wherever it stands.</summary>
    UserDefined = 4,

    /// <summary>A piece that is not used.</summary>
    Unused = 5,

    /// <summary>A byte, for text that no other piece makes.</summary>
    Byte = 6,
}
