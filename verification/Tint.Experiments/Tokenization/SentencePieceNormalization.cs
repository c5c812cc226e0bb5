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
    }

    /// <summary>The normalised text.</summary>
    public string Of(string text)
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

        return output.Length > 0 && _model.AddsPrefix ? output.Insert(0, Space).ToString() : output.ToString();
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
        var end = rest.IndexOf((byte)0);
        return (Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]), length);
    }

    private static int Offset(uint unit) => (int)((unit >> 10) << (int)((unit & (1 << 9)) >> 6));
}
