using System.Text.Json;
using Tint.Fixtures;
using Tint.Fixtures.Json;
using Tint.Reference;
using static Tint.Experiments.Tokenization.TokenizerFields;

namespace Tint.Experiments.Tokenization;

/// <summary>
/// Reads a <c>tokenizer.json</c> that describes byte-level BPE. What it asks for beyond that is refused by name, so that no step is left out in silence.
/// </summary>
internal static class TokenizerJson
{
    /// <summary>The most tokens that a template may put around each text.</summary>
    private const int MostMarks = 16;

    /// <summary>The file's name.</summary>
    public const string File = "tokenizer.json";

    /// <summary>Reads a file.</summary>
    /// <exception cref="FixtureException">The file cannot be read, or is no such document.</exception>
    /// <exception cref="RuleViolationException">It asks for what is not done here.</exception>
    public static ByteLevelRules Read(string path) => JsonFile.Read(path, Read);

    /// <summary>Whether a file describes BPE over bytes; another kind may have a file of SentencePiece beside it.</summary>
    public static bool IsByteLevel(string path) => JsonFile.Read(path, static (root, _) =>
        Type(Optional(root, "model")) is "BPE" or null && !Flag(Optional(root, "model"), "byte_fallback") && HasByteLevel(Optional(root, "pre_tokenizer")));

    /// <summary>Whether a file describes SentencePiece: words with their spaces written out, of unigram or of BPE with bytes to fall back to.</summary>
    public static bool IsSentencePiece(string path) => JsonFile.Read(path, static (root, _) =>
        Optional(root, "model") is var model && !HasByteLevel(Optional(root, "pre_tokenizer"))
        && (Type(model) == "Unigram" || Flag(model, "byte_fallback") || Optional(Optional(model, "vocab"), SentencePieceNormalization.Space.ToString()) is not null));

    private static ByteLevelRules Read(JsonElement root, string where)
    {
        CheckFields(root, where);
        var model = Optional(root, "model") ?? throw Unknown(where, "a file without 'model'");
        CheckModel(model, where);
        var vocabulary = VocabularyOf(model, where);
        var splits = new List<PieceSplit>();
        var prefix = false;
        PreTokenizer(Optional(root, "pre_tokenizer"), where, splits, ref prefix);
        var (before, after) = PostProcessor(Optional(root, "post_processor"), where);
        return new ByteLevelRules
        {
            Source = where,
            Vocabulary = vocabulary,
            Merges = [.. List(model, "merges").Select(merge => Merge(merge, where))],
            Splits = splits,
            AddsPrefixSpace = prefix,
            Composes = Composes(Optional(root, "normalizer"), where),
            TakesWholePieces = Flag(model, "ignore_merges"),
            Added = AddedTokens(root, where),
            Before = before,
            After = after,
        };
    }

    /// <summary>Refuses fields that no tokenizer has, and a limit of length.</summary>
    public static void CheckFields(JsonElement root, string where)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Unknown(where, $"a JSON {root.ValueKind}");
        }

        foreach (var property in root.EnumerateObject())
        {
            if (property.Name is not ("version" or "truncation" or "padding" or "added_tokens" or "normalizer" or "pre_tokenizer" or "post_processor" or "decoder" or "model"))
            {
                throw Unknown(where, $"the field '{property.Name}'");
            }
        }

        if (Optional(root, "truncation") is not null)
        {
            throw new RuleViolationException($"{where}: 'truncation' must be null, or text would be cut", "a limit", "remove it");
        }
    }

    private static void CheckModel(JsonElement model, string where)
    {
        if (Type(model) is not ("BPE" or null))
        {
            throw Unknown(where, $"a model of type {Type(model)}");
        }

        foreach (var property in model.EnumerateObject())
        {
            var isDefault = property.Name switch
            {
                "type" or "vocab" or "merges" or "ignore_merges" or "unk_token" or "fuse_unk" => true,
                "dropout" => property.Value.ValueKind == JsonValueKind.Null || (property.Value.ValueKind == JsonValueKind.Number && property.Value.GetDouble() == 0),
                "continuing_subword_prefix" or "end_of_word_suffix" =>
                    property.Value.ValueKind == JsonValueKind.Null || (property.Value.ValueKind == JsonValueKind.String && property.Value.GetString() == string.Empty),
                "byte_fallback" => property.Value.ValueKind == JsonValueKind.False,
                _ => false,
            };
            if (!isDefault)
            {
                throw Unknown(where, $"the model's '{property.Name}'");
            }
        }
    }

    /// <summary>The ids of a vocabulary, each once.</summary>
    public static Dictionary<string, int> VocabularyOf(JsonElement model, string where)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        var ids = new HashSet<int>();
        foreach (var token in Optional(model, "vocab") is { ValueKind: JsonValueKind.Object } tokens ? tokens.EnumerateObject() : throw Unknown(where, "a vocabulary that is no object"))
        {
            if (token.Value.ValueKind != JsonValueKind.Number || !token.Value.TryGetInt32(out var id) || id < 0 || !ids.Add(id))
            {
                throw new RuleViolationException(
                    $"{where}: every token must have an id of its own", $"{Printable.Name(token.Value.GetRawText())} for '{Printable.Name(token.Name)}'", "fetch the file again");
            }

            vocabulary[token.Name] = id;
        }

        return vocabulary;
    }

    /// <summary>The two tokens of a merge, a blank between them.</summary>
    public static string Merge(JsonElement merge, string where) => merge.ValueKind switch
    {
        JsonValueKind.String when merge.GetString()!.Count(static character => character == ' ') == 1 => merge.GetString()!,
        JsonValueKind.Array when merge.GetArrayLength() == 2 && merge.EnumerateArray().All(static part => part.ValueKind == JsonValueKind.String) =>
            $"{merge[0].GetString()} {merge[1].GetString()}",
        _ => throw new RuleViolationException($"{where}: a merge must be two tokens", Printable.Name(merge.GetRawText()), "fetch the file again"),
    };

    /// <summary>The tokens that are found in the text itself.</summary>
    public static AddedToken[] AddedTokens(JsonElement root, string where) => [.. List(root, "added_tokens").Select(token => Added(token, where))];

    private static AddedToken Added(JsonElement token, string where)
    {
        var fields = new JsonFields(token, $"{where}: added_tokens");
        var added = new AddedToken(fields.Integer("id", 0), fields.Text("content"), fields.Flag("lstrip"), fields.Flag("rstrip"), fields.Flag("normalized"));
        if (fields.Flag("single_word"))
        {
            throw Unknown(where, $"the added token '{added.Content}' as a single word");
        }

        fields.Flag("special");
        fields.Done();
        return added;
    }

    private static bool Composes(JsonElement? normalizer, string where) => Type(normalizer) switch
    {
        null when normalizer is null => false,
        "NFC" => true,
        "Sequence" => List(normalizer!.Value, "normalizers").Select(step => Composes(step, where)).ToArray().Contains(true),
        var type => throw Unknown(where, $"a normalizer of type {type ?? "none"}"),
    };

    private static void PreTokenizer(JsonElement? step, string where, List<PieceSplit> splits, ref bool prefix)
    {
        switch (Type(step))
        {
            case null when step is null:
                return;
            case "Sequence":
                foreach (var part in List(step!.Value, "pretokenizers"))
                {
                    PreTokenizer(part, where, splits, ref prefix);
                }

                return;
            case "ByteLevel":
                if (Flag(step, "add_prefix_space"))
                {
                    prefix = splits.Count == 0 ? true : throw Unknown(where, "a space in front of every piece");
                }

                if (Flag(step, "use_regex", absent: true))
                {
                    splits.Add(new PieceSplit(PieceSplit.Gpt2));
                }

                return;
            case "Digits":
                splits.Add(new PieceSplit(Flag(step, "individual_digits") ? @"\p{N}" : @"\p{N}+"));
                return;
            case "Split":
                splits.Add(Split(step!.Value, where));
                return;
            case var type:
                throw Unknown(where, $"a pre-tokenizer of type {type ?? "none"}");
        }
    }

    private static PieceSplit Split(JsonElement step, string where)
    {
        var (behavior, pattern) = (TextOf(step, "behavior"), Optional(step, "pattern"));
        if (behavior != "Isolated" && !(behavior == "Removed" && Flag(step, "invert")))
        {
            throw Unknown(where, $"a split with behavior {behavior}");
        }

        return (TextOf(pattern, "Regex"), TextOf(pattern, "String")) switch
        {
            ({ } regex, _) => new PieceSplit(regex),
            (_, { } text) => new PieceSplit(System.Text.RegularExpressions.Regex.Escape(text)),
            _ => throw Unknown(where, "a split without a pattern"),
        };
    }

    /// <summary>The ids in front of a text and behind it.</summary>
    public static (int[] Before, int[] After) PostProcessor(JsonElement? step, string where)
    {
        switch (Type(step))
        {
            case null when step is null:
            case "ByteLevel":
                return ([], []);
            case "Sequence":
                var steps = List(step!.Value, "processors").Select(part => PostProcessor(part, where)).ToArray();
                return ([.. steps.SelectMany(static part => part.Before)], [.. steps.SelectMany(static part => part.After)]);
            case "TemplateProcessing":
                var (before, after, isBehind) = (new List<int>(), new List<int>(), false);
                foreach (var part in List(step!.Value, "single"))
                {
                    if (Optional(part, "SpecialToken") is { } special)
                    {
                        var token = Optional(Optional(step, "special_tokens"), TextOf(special, "id") ?? string.Empty);
                        (isBehind ? after : before).AddRange(List(token ?? throw Unknown(where, "a template with an unknown token"), "ids").Select(static id => Id(id)));
                    }
                    else
                    {
                        isBehind = true;
                    }

                    if (before.Count + after.Count > MostMarks)
                    {
                        throw Unknown(where, $"a template with more than {MostMarks} tokens around a text");
                    }
                }

                return ([.. before], [.. after]);
            case var type:
                throw Unknown(where, $"a post-processor of type {type ?? "none"}");
        }
    }

    private static bool HasByteLevel(JsonElement? step) =>
        Type(step) == "ByteLevel" || (Type(step) == "Sequence" && List(step!.Value, "pretokenizers").Any(static part => HasByteLevel(part)));

    private static RuleViolationException Unknown(string where, string found) => new(
        $"{where}: a tokenizer must be byte-level BPE of which every step is known", found, "use a model with one, or put its tokenizer.model beside it");
}
