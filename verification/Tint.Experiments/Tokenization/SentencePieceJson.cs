using System.Globalization;
using System.Text.Json;
using Tint.Fixtures;
using Tint.Fixtures.Json;
using Tint.Reference;
using static Tint.Experiments.Tokenization.TokenizerFields;

namespace Tint.Experiments.Tokenization;

/// <summary>
/// Reads a <c>tokenizer.json</c> that describes SentencePiece, as LLaMA-2's (BPE with bytes to fall back to) and T5's (unigram) do. What it asks for beyond that is
/// refused by name.
/// </summary>
internal static class SentencePieceJson
{
    private static readonly string Space = SentencePieceNormalization.Space.ToString();

    /// <summary>Reads a file.</summary>
    /// <exception cref="FixtureException">The file cannot be read, or is no such document.</exception>
    /// <exception cref="RuleViolationException">It asks for what is not done here.</exception>
    public static SentencePieceModel Read(string path) => JsonFile.Read(path, Read);

    private static SentencePieceModel Read(JsonElement root, string where)
    {
        TokenizerJson.CheckFields(root, where);
        var model = Optional(root, "model") ?? throw Unknown(where, "a file without 'model'");
        CheckModel(model, where);
        var added = TokenizerJson.AddedTokens(root, where);
        var (before, after) = TokenizerJson.PostProcessor(Optional(root, "post_processor"), where);
        var (prefix, trims, replacements) = Normalization(Optional(root, "normalizer"), Optional(root, "pre_tokenizer"), where);
        var isBytePair = Type(model) is "BPE" or null;
        var special = added.Select(static token => token.Content).ToHashSet(StringComparer.Ordinal);
        var fallsBack = Flag(model, "byte_fallback");
        var vocabulary = isBytePair ? ByRank(model, where) : ByScore(model, where);
        var unknown = isBytePair ? TextOf(model, "unk_token") : vocabulary.ElementAtOrDefault(Id(model, "unk_id")).Text;
        return new SentencePieceModel
        {
            Source = where,
            Pieces =
            [
                .. vocabulary.Select(piece => (piece.Text, piece.Score, piece.Text == unknown ? SentencePieceKind.Unknown
                    : special.Contains(piece.Text) ? SentencePieceKind.Control
                    : fallsBack && IsByte(piece.Text) ? SentencePieceKind.Byte
                    : SentencePieceKind.Normal)),
            ],
            IsBytePair = isBytePair,
            KeepsSinglePrecision = false,
            Merges = isBytePair ? Ranks(model, where) : null,
            FallsBackToBytes = fallsBack,
            Prefix = prefix,
            TrimsSpaces = trims,
            Replacements = replacements,
            Added = added,
            Before = before,
            After = after,
        };
    }

    private static void CheckModel(JsonElement model, string where)
    {
        if (Type(model) is not ("BPE" or "Unigram" or null))
        {
            throw Unknown(where, $"a model of type {Type(model)}");
        }

        foreach (var property in model.EnumerateObject())
        {
            var isKnown = property.Name switch
            {
                "type" or "vocab" or "merges" or "unk_token" or "unk_id" or "byte_fallback" => true,
                "fuse_unk" => property.Value.ValueKind == JsonValueKind.True,
                "dropout" or "continuing_subword_prefix" or "end_of_word_suffix" => property.Value.ValueKind == JsonValueKind.Null,
                "ignore_merges" => property.Value.ValueKind == JsonValueKind.False,
                _ => false,
            };
            if (!isKnown)
            {
                throw Unknown(where, $"the model's '{property.Name}'");
            }
        }
    }

    /// <summary>The pieces of a BPE in the order of their ids, which must have no gap.</summary>
    private static (string Text, double Score)[] ByRank(JsonElement model, string where)
    {
        var ids = TokenizerJson.VocabularyOf(model, where);
        var pieces = new (string, double)[ids.Count];
        foreach (var (text, id) in ids)
        {
            pieces[id < pieces.Length ? id : throw Unknown(where, $"the id {id} of a vocabulary of {pieces.Length} pieces")] = (text, 0);
        }

        return pieces;
    }

    private static (string Text, double Score)[] ByScore(JsonElement model, string where) =>
    [
        .. List(model, "vocab").Select(piece => piece.ValueKind == JsonValueKind.Array && piece.GetArrayLength() == 2 && piece[0].ValueKind == JsonValueKind.String
            && piece[1].ValueKind == JsonValueKind.Number && piece[1].TryGetDouble(out var score) && double.IsFinite(score)
                ? (piece[0].GetString()!, score)
                : throw new RuleViolationException($"{where}: a piece must be a text and a score", Printable.Name(piece.GetRawText()), "fetch the file again")),
    ];

    private static Dictionary<(string Left, string Right), int> Ranks(JsonElement model, string where)
    {
        var ranks = new Dictionary<(string, string), int>();
        foreach (var merge in List(model, "merges"))
        {
            var parts = TokenizerJson.Merge(merge, where).Split(' ');
            ranks.TryAdd((parts[0], parts[1]), ranks.Count);
        }

        return ranks;
    }

    /// <summary>What is done to the text first, in the forms that these families have.</summary>
    private static (SentencePiecePrefix Prefix, bool TrimsSpaces, byte[] Replacements) Normalization(JsonElement? normalizer, JsonElement? splitter, string where)
    {
        JsonElement[] steps = Type(normalizer) == "Sequence" ? List(normalizer!.Value, "normalizers") : normalizer is { } one ? [one] : [];
        JsonElement[] splits = Type(splitter) == "Sequence" ? List(splitter!.Value, "pretokenizers") : splitter is { } other ? [other] : [];
        if (splits.Length == 0 && steps is [var prepend, var replace] && TextOf(prepend, "prepend") == Space && Type(replace) == "Replace"
            && TextOf(Optional(replace, "pattern"), "String") == " " && TextOf(replace, "content") == Space)
        {
            return (SentencePiecePrefix.Always, false, []);
        }

        if (steps.Length == 0 && splits is [var whole] && IsMetaspace(whole) && !Flag(whole, "split", absent: true))
        {
            return (TextOf(whole, "prepend_scheme") switch { "always" => SentencePiecePrefix.WhereMissing, "first" => SentencePiecePrefix.AtStart, _ => SentencePiecePrefix.None }, false, []);
        }

        if (steps is [var compiled] && Type(compiled) == "Precompiled" && splits is [var words, var marks] && Type(words) == "WhitespaceSplit" && IsMetaspace(marks)
            && TextOf(marks, "prepend_scheme") is null or "always" && Flag(marks, "add_prefix_space", absent: true))
        {
            return (SentencePiecePrefix.Always, true, Optional(compiled, "precompiled_charsmap") is { } map && map.TryGetBytesFromBase64(out var bytes)
                ? bytes
                : throw Unknown(where, "a normalizer without its rules"));
        }

        throw Unknown(where, $"normalizers {Names(steps)} in front of pre-tokenizers {Names(splits)}");
    }

    private static bool IsMetaspace(JsonElement step) => Type(step) == "Metaspace" && TextOf(step, "replacement") == Space;

    private static string Names(JsonElement[] steps) => steps.Length == 0 ? "none" : string.Join(", ", steps.Select(static step => Type(step) ?? "without a type"));

    private static bool IsByte(string text) => text is ['<', '0', 'x', _, _, '>'] && byte.TryParse(text.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _);

    private static RuleViolationException Unknown(string where, string found) => new(
        $"{where}: a tokenizer must be BPE or unigram of which every step is known", found, "use a model with one, or put its tokenizer.model beside it");
}
