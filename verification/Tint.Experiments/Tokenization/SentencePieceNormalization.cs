using System.Buffers.Binary;
using System.Text;
using Tint.Fixtures;

namespace Tint.Experiments.Tokenization;

/// <summary>
/// How SentencePiece normalises text: the longest stretch that its rules know is replaced, again and again; then spaces are trimmed where the model says so and written
/// as U+2581. The rules are a double-array trie over UTF-8 (Darts), behind it the replacements, each ended by a zero.
/// </summary>
internal sealed class SentencePieceNormalization
{
    /// <summary>What stands for a space.</summary>
    public const char Space = '\u2581';

    /// <summary>The longest replacement, in bytes; that of the longest compatibility character takes 33.</summary>
    private const int LongestReplacement = 256;

    private readonly SentencePieceModel _model;
    private readonly uint[] _trie = [];
    private readonly byte[] _replacements = [];

    /// <summary>Reads a model's rules.</summary>
    /// <exception cref="FixtureException">They are damaged.</exception>
    public SentencePieceNormalization(SentencePieceModel model)
    {
        _model = model;
        var rules = model.Replacements;
        if (rules.Length == 0)
        {
            return;
        }

        var size = rules.Length < sizeof(uint) ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(rules);
        if (size % sizeof(uint) != 0 || size > rules.Length - sizeof(uint) || size == 0)
        {
            throw new FixtureException($"{model.Source}: rules of normalisation must be a trie and its replacements", $"{rules.Length} bytes", "fetch the file again");
        }

        _trie = new uint[size / sizeof(uint)];
        for (var index = 0; index < _trie.Length; index++)
        {
            _trie[index] = BinaryPrimitives.ReadUInt32LittleEndian(rules.AsSpan(sizeof(uint) * (index + 1)));
        }

        _replacements = rules[((int)size + sizeof(uint))..];
        for (var (begin, end) = (0, 0); begin < _replacements.Length; begin = end + 1)
        {
            end = Array.IndexOf(_replacements, (byte)0, begin);
            if (end < 0 || end - begin > LongestReplacement)
            {
                throw new FixtureException(
                    $"{model.Source}: a replacement of normalisation must end within {LongestReplacement} bytes", "a longer one", "fetch the file again");
            }
        }
    }

    /// <summary>The normalised text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isStart">Whether nothing stands in front of it.</param>
    public string Of(string text, bool isStart)
    {
        var input = Encoding.UTF8.GetBytes(text).AsSpan();
        var output = new StringBuilder(text.Length + 1);
        var wasSpace = _model.TrimsSpaces;
        while (!input.IsEmpty)
        {
            var (replaced, length) = Prefix(input);
            input = input[length..];
            foreach (var character in replaced)
            {
                if (character != ' ' || !wasSpace || !_model.TrimsSpaces)
                {
                    output.Append(character == ' ' ? Space : character);
                }

                wasSpace = character == ' ';
            }
        }

        while (_model.TrimsSpaces && output.Length > 0 && output[^1] == Space)
        {
            output.Length--;
        }

        var isPrefixed = output.Length > 0 && _model.Prefix switch
        {
            SentencePiecePrefix.Always => true,
            SentencePiecePrefix.WhereMissing => output[0] != Space,
            SentencePiecePrefix.AtStart => output[0] != Space && isStart,
            _ => false,
        };
        return isPrefixed ? output.Insert(0, Space).ToString() : output.ToString();
    }

    private (string Replaced, int Length) Prefix(ReadOnlySpan<byte> input)
    {
        var (best, length) = (-1, 0);
        var node = _trie.Length == 0 ? 0 : Offset(_trie[0]);
        for (var index = 0; _trie.Length > 0 && index < input.Length; index++)
        {
            node ^= input[index];
            if (node >= _trie.Length || (_trie[node] & 0x800000FF) != input[index])
            {
                break;
            }

            var hasLeaf = ((_trie[node] >> 8) & 1) == 1;
            node ^= Offset(_trie[node]);
            if (hasLeaf && node < _trie.Length)
            {
                (best, length) = ((int)(_trie[node] & 0x7FFFFFFF), index + 1);
            }
        }

        if (best < 0 || best >= _replacements.Length)
        {
            Rune.DecodeFromUtf8(input, out var rune, out var read);
            return (rune.ToString(), read);
        }

        var rest = _replacements.AsSpan(best);
        return (Encoding.UTF8.GetString(rest[..rest.IndexOf((byte)0)]), length);
    }

    private static int Offset(uint unit) => (int)((unit >> 10) << (int)((unit & (1 << 9)) >> 6));
}
