using System.Text.Json;
using Tint.Fixtures;
using Tint.Fixtures.Json;
using Tint.Reference;

namespace Tint.Experiments.Tokenization;

/// <summary>
/// Reads a <c>tokenizer.json</c> that describes byte-level BPE. What it asks for beyond that is refused by name, so that no step is left out in silence.
/// </summary>
internal static class TokenizerJson
{
    /// <summary>The file's name.</summary>
    public const string File = "tokenizer.json";

    /// <summary>Reads a file.</summary>
    /// <exception cref="FixtureException">The file cannot be read, or is no such document.</exception>
    /// <exception cref="RuleViolationException">It asks for what is not done here.</exception>
    public static ByteLevelRules Read(string path) => JsonFile.Read(path, Read);

    /// <summary>Whether a file describes BPE over bytes; another kind may have a file of SentencePiece beside it.</summary>
    public static bool IsByteLevel(string path) => JsonFile.Read(path, static (root, _) =>
        Type(Optional(root, "model")) is "BPE" or null && !Flag(Optional(root, "model"), "byte_fallback") && HasByteLevel(Optional(root, "pre_tokenizer")));

    private static ByteLevelRules Read(JsonElement root, string where)
    {
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

        var model = Optional(root, "model") ?? throw Unknown(where, "a file without 'model'");
        CheckModel(model, where);
        var vocabulary = VocabularyOf(model, where);
        AddedToken[] added = [.. List(root, "added_tokens").Select(token => Added(token, where))];
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
            Added = added,
            Before = before,
            After = after,
        };
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

    private static Dictionary<string, int> VocabularyOf(JsonElement model, string where)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        var ids = new HashSet<int>();
        foreach (var token in Optional(model, "vocab")?.EnumerateObject() ?? default)
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

    private static string Merge(JsonElement merge, string where) => merge.ValueKind switch
    {
        JsonValueKind.String when merge.GetString()!.Count(static character => character == ' ') == 1 => merge.GetString()!,
        JsonValueKind.Array when merge.GetArrayLength() == 2 && merge.EnumerateArray().All(static part => part.ValueKind == JsonValueKind.String) =>
            $"{merge[0].GetString()} {merge[1].GetString()}",
        _ => throw new RuleViolationException($"{where}: a merge must be two tokens", Printable.Name(merge.GetRawText()), "fetch the file again"),
    };

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
        null => false,
        "NFC" => true,
        "Sequence" => List(normalizer!.Value, "normalizers").Select(step => Composes(step, where)).ToArray().Contains(true),
        var type => throw Unknown(where, $"a normalizer of type {type}"),
    };

    private static void PreTokenizer(JsonElement? step, string where, List<PieceSplit> splits, ref bool prefix)
    {
        switch (Type(step))
        {
            case null:
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
                throw Unknown(where, $"a pre-tokenizer of type {type}");
        }
    }

    private static PieceSplit Split(JsonElement step, string where)
    {
        var (behavior, pattern) = (Text(step, "behavior"), Optional(step, "pattern"));
        if (behavior != "Isolated" && !(behavior == "Removed" && Flag(step, "invert")))
        {
            throw Unknown(where, $"a split with behavior {behavior}");
        }

        return (Text(pattern, "Regex"), Text(pattern, "String")) switch
        {
            ({ } regex, _) => new PieceSplit(regex),
            (_, { } text) => new PieceSplit(System.Text.RegularExpressions.Regex.Escape(text)),
            _ => throw Unknown(where, "a split without a pattern"),
        };
    }

    private static (int[] Before, int[] After) PostProcessor(JsonElement? step, string where)
    {
        switch (Type(step))
        {
            case null or "ByteLevel":
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
                        var token = Optional(Optional(step, "special_tokens"), Text(special, "id") ?? string.Empty);
                        (isBehind ? after : before).AddRange(List(token ?? throw Unknown(where, "a template with an unknown token"), "ids").Select(static id => id.GetInt32()));
                    }
                    else
                    {
                        isBehind = true;
                    }
                }

                return ([.. before], [.. after]);
            case var type:
                throw Unknown(where, $"a post-processor of type {type}");
        }
    }

    private static bool HasByteLevel(JsonElement? step) =>
        Type(step) == "ByteLevel" || (Type(step) == "Sequence" && List(step!.Value, "pretokenizers").Any(static part => HasByteLevel(part)));

    private static JsonElement? Optional(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? Type(JsonElement? element) => Text(element, "type");

    private static string? Text(JsonElement? element, string name) => Optional(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static bool Flag(JsonElement? element, string name, bool absent = false) => Optional(element, name)?.GetBoolean() ?? absent;

    private static JsonElement[] List(JsonElement element, string name) => Optional(element, name) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];

    private static RuleViolationException Unknown(string where, string found) => new(
        $"{where}: a tokenizer must be byte-level BPE of which every step is known", found, "use a model with one, or put its tokenizer.model beside it");
}
