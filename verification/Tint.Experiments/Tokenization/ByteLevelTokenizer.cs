using System.Collections.Concurrent;
using System.Text;
using Microsoft.ML.Tokenizers;
using Tint.Reference;

namespace Tint.Experiments.Tokenization;

/// <summary>
/// Byte-level BPE as GPT-2, OPT, NeoX, BLOOM and LLaMA-3 use it. The library merges; which pieces it merges within, and which tokens stand in the text
/// themselves, is each family's own and decided here.
/// </summary>
internal sealed class ByteLevelTokenizer : ITextTokenizer
{
    private const int MostRemembered = 1 << 16;

    private readonly ByteLevelRules _rules;
    private readonly BpeTokenizer _merging;
    private readonly AddedTokens _raw;
    private readonly AddedTokens _normalized;
    private readonly Dictionary<int, byte[]> _bytes;
    private readonly ConcurrentDictionary<string, int[]> _remembered = new(StringComparer.Ordinal);

    /// <summary>Makes a tokenizer.</summary>
    /// <exception cref="RuleViolationException">A merge makes a token that is not in the vocabulary, or a byte is no token.</exception>
    public ByteLevelTokenizer(ByteLevelRules rules)
    {
        _rules = rules;
        (_raw, _normalized) = (new AddedTokens(rules.Added.Where(static token => !token.IsNormalized)), new AddedTokens(rules.Added.Where(static token => token.IsNormalized)));
        for (var value = 0; value < 256; value++)
        {
            if (!rules.Vocabulary.ContainsKey(ByteSymbols.Of((byte)value).ToString()))
            {
                throw new RuleViolationException(
                    $"{rules.Source}: a byte-level vocabulary must have every byte", $"no '{ByteSymbols.Of((byte)value)}' for byte {value}", "fetch the file again");
            }
        }

        try
        {
            _merging = BpeTokenizer.Create(new BpeOptions(rules.Vocabulary) { ByteLevel = true, Merges = rules.Merges, PreTokenizer = new WholePreTokenizer() });
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or InvalidDataException or FormatException)
        {
            throw new RuleViolationException($"{rules.Source}: vocabulary and merges must belong together", exception.Message, "fetch both again");
        }

        _bytes = rules.Vocabulary.ToDictionary(static token => token.Value, static token => Bytes(token.Key));
        foreach (var token in rules.Added)
        {
            _bytes[token.Id] = Encoding.UTF8.GetBytes(token.Content);
        }

        VocabularySize = _bytes.Keys.Max() + 1;
    }

    /// <inheritdoc/>
    public string Name => $"byte-level BPE, {_bytes.Count} tokens, from {_rules.Source}";

    /// <inheritdoc/>
    public int VocabularySize { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> Encode(string text) => [.. _rules.Before, .. EncodePlain(text), .. _rules.After];

    /// <inheritdoc/>
    public IReadOnlyList<int> EncodePlain(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>(text.Length / 3);
        foreach (var (raw, part) in _raw.Split(text))
        {
            if (raw is not null)
            {
                ids.Add(raw.Id);
                continue;
            }

            foreach (var (token, rest) in _normalized.Split(_rules.Composes ? Composition.Of(part) : part))
            {
                if (token is not null)
                {
                    ids.Add(token.Id);
                }
                else
                {
                    Append(ids, rest);
                }
            }
        }

        return ids;
    }

    /// <inheritdoc/>
    public string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        using var bytes = new MemoryStream();
        foreach (var id in ids)
        {
            bytes.Write(_bytes.TryGetValue(id, out var token)
                ? token
                : throw new RuleViolationException($"an id must be in the vocabulary of {_rules.Source}", $"{id}", $"use ids below {VocabularySize}"));
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private static byte[] Bytes(string token) => token.All(static symbol => ByteSymbols.TryByte(symbol, out _))
        ? [.. token.Select(static symbol => ByteSymbols.TryByte(symbol, out var value) ? value : default)]
        : Encoding.UTF8.GetBytes(token);

    private void Append(List<int> ids, string text)
    {
        IEnumerable<string> pieces = [_rules.AddsPrefixSpace && text[0] != ' ' ? $" {text}" : text];
        foreach (var piece in _rules.Splits.Aggregate(pieces, static (parts, split) => parts.SelectMany(split.Split)))
        {
            if (!_remembered.TryGetValue(piece, out var merged))
            {
                merged = Merge(piece);
                if (_remembered.Count < MostRemembered)
                {
                    _remembered[piece] = merged;
                }
            }

            ids.AddRange(merged);
        }
    }

    private int[] Merge(string piece)
    {
        if (_rules.TakesWholePieces
            && _rules.Vocabulary.TryGetValue(string.Concat(Encoding.UTF8.GetBytes(piece).Select(ByteSymbols.Of)), out var whole))
        {
            return [whole];
        }

        return [.. _merging.EncodeToIds(piece, considerPreTokenization: false, considerNormalization: false)];
    }
}
