using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tint.Experiments.Tokenization;

/// <summary>
/// The vocabulary that needs no training: a token a byte, whose id is the byte, and one that ends a text. Its files are those of a byte-level BPE without merges, so
/// that whatever reads GPT-2's tokenizer reads it.
/// </summary>
public static class ByteVocabulary
{
    /// <summary>The text of the token that ends a text.</summary>
    public const string EndOfText = "<|endoftext|>";

    /// <summary>V: the bytes and the token that ends a text, whose id is 256.</summary>
    public const int Size = 257;

    /// <summary>The tokenizer.</summary>
    public static ITextTokenizer Tokenizer { get; } = new ByteLevelTokenizer(new ByteLevelRules
    {
        Source = "the 256 bytes",
        Vocabulary = Ids(),
        Merges = [],
        Splits = [new PieceSplit(PieceSplit.Gpt2)],
        Added = [new AddedToken(Size - 1, EndOfText)],
    });

    /// <summary>The files of the tokenizer in a model's folder, by name.</summary>
    public static IReadOnlyDictionary<string, byte[]> Files()
    {
        var vocabulary = new JsonObject([.. Ids().Select(static token => KeyValuePair.Create(token.Key, (JsonNode?)token.Value))]);
        var end = new JsonObject
        {
            ["id"] = Size - 1,
            ["content"] = EndOfText,
            ["single_word"] = false,
            ["lstrip"] = false,
            ["rstrip"] = false,
            ["normalized"] = false,
            ["special"] = true,
        };
        JsonObject ByteLevel() => new() { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = true };
        var whole = new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray(end),
            ["normalizer"] = null,
            ["pre_tokenizer"] = ByteLevel(),
            ["post_processor"] = ByteLevel(),
            ["decoder"] = ByteLevel(),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = null,
                ["continuing_subword_prefix"] = string.Empty,
                ["end_of_word_suffix"] = string.Empty,
                ["fuse_unk"] = false,
                ["byte_fallback"] = false,
                ["vocab"] = vocabulary.DeepClone(),
                ["merges"] = new JsonArray(),
            },
        };
        var settings = new JsonObject
        {
            ["tokenizer_class"] = "GPT2Tokenizer",
            ["bos_token"] = EndOfText,
            ["eos_token"] = EndOfText,
            ["unk_token"] = EndOfText,
            ["add_prefix_space"] = false,
            ["add_bos_token"] = false,
        };
        return new Dictionary<string, byte[]>
        {
            ["vocab.json"] = Bytes(vocabulary),
            ["merges.txt"] = Encoding.UTF8.GetBytes("#version: 0.2\n"),
            [TokenizerJson.File] = Bytes(whole),
            ["tokenizer_config.json"] = Bytes(settings),
        };
    }

    private static byte[] Bytes(JsonObject json) => JsonSerializer.SerializeToUtf8Bytes(json);

    private static Dictionary<string, int> Ids()
    {
        var ids = Enumerable.Range(0, Size - 1).ToDictionary(static value => ByteSymbols.Of((byte)value).ToString(), static value => value, StringComparer.Ordinal);
        ids[EndOfText] = Size - 1;
        return ids;
    }
}
