using System.Globalization;
using System.Text;
using Tint.Fixtures;
using Tint.Reference;

namespace Tint.Experiments.Tokenization;

/// <summary>SentencePiece, as LLaMA-2 (BPE with bytes to fall back to) and T5 (unigram) use it.</summary>
/// <remarks>
/// Not the library's: of equal scores it joins another pair first than SentencePiece does, so that runs of one character get other ids, and it cannot read a model
/// without BOS, as T5's is.
/// </remarks>
internal sealed class SentencePieceTokenizer : ITextTokenizer
{
    private const float UnknownPenalty = 10;

    /// <summary>The longest piece, in characters; a cut looks for pieces of every length up to it.</summary>
    private const int LongestPiece = 256;

    private readonly SentencePieceModel _model;
    private readonly SentencePieceNormalization _normalization;
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly AddedTokens _userDefined;
    private readonly int[] _bytes;
    private readonly int _longest;
    private readonly int _unknown;
    private readonly double _unknownScore;
    private readonly double _largestScore;
    private readonly AddedTokens _added;
    private readonly AddedTokens _addedNormalized;
    private readonly Dictionary<int, string> _addedTexts;

    /// <summary>Makes a tokenizer.</summary>
    /// <exception cref="FixtureException">The model lacks a piece that every one has, or has one with a score that is not finite or that is too long.</exception>
    public SentencePieceTokenizer(SentencePieceModel model)
    {
        _model = model;
        _normalization = new SentencePieceNormalization(_model);
        foreach (var (id, (text, score, kind)) in _model.Pieces.Index())
        {
            if (!double.IsFinite(score) || text.Length > LongestPiece)
            {
                throw new FixtureException(
                    $"{model.Source}: a piece must have a finite score and at most {LongestPiece} characters", $"'{Printable.Name(text)}'", "fetch the file again");
            }

            if (kind is SentencePieceKind.Normal or SentencePieceKind.UserDefined)
            {
                _ids.TryAdd(text, id);
            }
        }

        _userDefined = new AddedTokens(_model.Pieces.Index().Where(static piece => piece.Item.Kind == SentencePieceKind.UserDefined)
            .Select(static piece => new AddedToken(piece.Index, piece.Item.Text)));
        _longest = _ids.Keys.Select(static text => text.Length).DefaultIfEmpty().Max();
        _unknown = _model.Id(SentencePieceKind.Unknown) ?? throw Missing("<unk>");
        double[] scores = [.. _model.Pieces.Where(static piece => piece.Kind == SentencePieceKind.Normal).Select(static piece => piece.Score)];
        (_unknownScore, _largestScore) = scores.Length > 0 ? (Kept(scores.Min() - UnknownPenalty), scores.Max()) : throw Missing("a");
        _bytes = _model.FallsBackToBytes
            ? [.. Enumerable.Range(0, 256).Select(value => ByteName(value)).Select(name => _model.Id(SentencePieceKind.Byte, name) ?? throw Missing(name))]
            : [];
        _added = new AddedTokens(model.Added.Where(static token => !token.IsNormalized));
        _addedNormalized = new AddedTokens(model.Added.Where(static token => token.IsNormalized).Select(token => token with { Content = _normalization.Of(token.Content, isStart: true) }));
        _addedTexts = model.Added.GroupBy(static token => token.Id).ToDictionary(static tokens => tokens.Key, static tokens => tokens.First().Content);
        VocabularySize = Math.Max(model.Pieces.Count, _addedTexts.Keys.DefaultIfEmpty().Max() + 1);
    }

    /// <inheritdoc/>
    public string Name => $"SentencePiece, {(_model.IsBytePair ? "BPE" : "unigram")}, {_model.Pieces.Count} tokens, from {_model.Source}";

    /// <inheritdoc/>
    public int VocabularySize { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> Encode(string text) => [.. _model.Before, .. EncodePlain(text), .. _model.After];

    /// <inheritdoc/>
    public IReadOnlyList<int> EncodePlain(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>();
        foreach (var (index, (token, part)) in _added.Split(text).Index())
        {
            if (token is not null)
            {
                ids.Add(token.Id);
                continue;
            }

            foreach (var (other, rest) in _addedNormalized.Split(_normalization.Of(part, isStart: index == 0)))
            {
                if (other is not null)
                {
                    ids.Add(other.Id);
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
        var bytes = new List<byte>();
        var begins = true;
        foreach (var id in ids)
        {
            if (_addedTexts.TryGetValue(id, out var added))
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(added));
                continue;
            }

            if (id < 0 || id >= _model.Pieces.Count)
            {
                throw new RuleViolationException($"an id must be in the vocabulary of {_model.Source}", $"{id}", $"use ids below {VocabularySize}");
            }

            var (text, _, kind) = _model.Pieces[id];
            if (kind == SentencePieceKind.Byte)
            {
                bytes.Add(byte.Parse(text.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            }
            else
            {
                var words = text.Replace(SentencePieceNormalization.Space, ' ');
                bytes.AddRange(Encoding.UTF8.GetBytes(begins && _model.Prefix != SentencePiecePrefix.None && words.StartsWith(' ') ? words[1..] : words));
            }

            begins = begins && kind == SentencePieceKind.Control;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private void Append(List<int> ids, string normalized)
    {
        foreach (var (piece, id) in _model.IsBytePair ? Joined(normalized) : Likeliest(normalized))
        {
            if (id != _unknown)
            {
                ids.Add(id);
            }
            else if (_bytes.Length > 0)
            {
                ids.AddRange(Encoding.UTF8.GetBytes(piece).Select(value => _bytes[value]));
            }
            else if (ids.Count == 0 || ids[^1] != _unknown)
            {
                ids.Add(_unknown);
            }
        }
    }

    /// <summary>BPE: of all neighbours whose join is a piece, the one of the best score (or of the first merge) is joined first, of equal ones the leftmost.</summary>
    private IEnumerable<(string Piece, int Id)> Joined(string text)
    {
        var parts = new List<(string Text, bool IsWhole)>();
        foreach (var (token, rest) in _userDefined.Split(text))
        {
            parts.AddRange(token is not null ? [(rest, true)] : rest.EnumerateRunes().Select(static rune => (rune.ToString(), false)));
        }

        var (next, previous) = (Enumerable.Range(1, parts.Count).ToArray(), Enumerable.Range(-1, parts.Count).ToArray());
        var queue = new PriorityQueue<(int Left, int Right, int Length), (double Score, int Left)>(
            Comparer<(double Score, int Left)>.Create(static (one, other) => one.Score != other.Score ? other.Score.CompareTo(one.Score) : one.Left.CompareTo(other.Left)));
        for (var index = 0; index + 1 < parts.Count; index++)
        {
            Offer(index, index + 1);
        }

        while (queue.TryDequeue(out var pair, out _))
        {
            var (left, right) = (parts[pair.Left].Text, parts[pair.Right].Text);
            if (left.Length == 0 || right.Length == 0 || left.Length + right.Length != pair.Length)
            {
                continue;
            }

            parts[pair.Left] = (left + right, false);
            parts[pair.Right] = (string.Empty, false);
            next[pair.Left] = next[pair.Right];
            if (next[pair.Right] < parts.Count)
            {
                previous[next[pair.Right]] = pair.Left;
                Offer(pair.Left, next[pair.Left]);
            }

            if (previous[pair.Left] >= 0)
            {
                Offer(previous[pair.Left], pair.Left);
            }
        }

        return parts.Where(static part => part.Text.Length > 0).Select(part => (part.Text, _ids.GetValueOrDefault(part.Text, _unknown)));

        void Offer(int left, int right)
        {
            var length = parts[left].Text.Length + parts[right].Text.Length;
            if (!parts[left].IsWhole && !parts[right].IsWhole && length <= _longest && Score(parts[left].Text, parts[right].Text) is { } score)
            {
                queue.Enqueue((left, right, length), (score, left));
            }
        }
    }

    private double Kept(double score) => _model.KeepsSinglePrecision ? (float)score : score;

    private double? Score(string left, string right) => _model.Merges is { } merges
        ? merges.TryGetValue((left, right), out var rank) ? -rank : null
        : _ids.TryGetValue(left + right, out var id) ? _model.Pieces[id].Score : null;

    /// <summary>Unigram: the cut whose scores add up to most; ties are decided by the precision that sums are kept in.</summary>
    private List<(string Piece, int Id)> Likeliest(string text)
    {
        var best = new (double Score, int Begin, int Id)[text.Length + 1];
        best.AsSpan(1).Fill((double.NegativeInfinity, -1, _unknown));
        var end = 0;
        for (var begin = 0; begin < text.Length; begin = end)
        {
            end = begin + (char.IsHighSurrogate(text[begin]) && begin + 1 < text.Length ? 2 : 1);
            var hasSingle = false;
            for (var length = 1; length <= Math.Min(_longest, text.Length - begin); length++)
            {
                if (_ids.TryGetValue(text.Substring(begin, length), out var id))
                {
                    var score = _model.Pieces[id].Kind == SentencePieceKind.UserDefined
                        ? Kept(Encoding.UTF8.GetByteCount(text.AsSpan(begin, length)) * _largestScore) - 0.1
                        : _model.Pieces[id].Score;
                    Offer(begin, begin + length, score, id);
                    hasSingle |= begin + length == end;
                }
            }

            if (!hasSingle)
            {
                Offer(begin, end, _unknownScore, _unknown);
            }
        }

        var pieces = new List<(string, int)>();
        for (var place = text.Length; place > 0; place = best[place].Begin)
        {
            pieces.Add((text[best[place].Begin..place], best[place].Id));
        }

        pieces.Reverse();
        return pieces;

        void Offer(int begin, int until, double score, int id)
        {
            var whole = best[begin].Score + score;
            if (best[until].Begin < 0 || whole > best[until].Score)
            {
                best[until] = (Kept(whole), begin, id);
            }
        }
    }

    private static string ByteName(int value) => FormattableString.Invariant($"<0x{value:X2}>");

    private FixtureException Missing(string piece) => new($"{_model.Source}: the model must have the piece '{piece}'", "none", "fetch the file again");
}
