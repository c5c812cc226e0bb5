namespace Tint.Experiments.Tokenization;

/// <summary>The characters by which byte-level vocabularies write bytes: printable ones as they are, the others from U+0100 on, in order.</summary>
internal static class ByteSymbols
{
    private static readonly char[] Symbols = Make();
    private static readonly Dictionary<char, byte> Bytes = Enumerable.Range(0, 256).ToDictionary(value => Symbols[value], static value => (byte)value);

    /// <summary>The character of a byte.</summary>
    public static char Of(byte value) => Symbols[value];

    /// <summary>The byte of a character, if it is one's.</summary>
    public static bool TryByte(char symbol, out byte value) => Bytes.TryGetValue(symbol, out value);

    private static char[] Make()
    {
        var (symbols, others) = (new char[256], 0);
        for (var value = 0; value < symbols.Length; value++)
        {
            var isPrintable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            symbols[value] = isPrintable ? (char)value : (char)(256 + others++);
        }

        return symbols;
    }
}
