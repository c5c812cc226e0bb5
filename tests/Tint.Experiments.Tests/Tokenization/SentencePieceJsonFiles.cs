using System.Text.Json.Nodes;
using Tint.Experiments.Tokenization;

namespace Tint.Experiments.Tests.Tokenization;

/// <summary>The small models of SentencePiece as <c>tokenizer.json</c> describes them: LLaMA-2's in the forms that versions of Hugging Face's library wrote, and T5's.</summary>
internal static class SentencePieceJsonFiles
{
    /// <summary>The file of a form; the ids of Hugging Face's own library (tokenizers, in Rust) for it are in Data/sentencepiece-json.json.</summary>
    public static JsonNode Of(string data, string form) => form == "t5" ? Unigram(Path.Combine(data, "spm-uni", "spiece.model")) : BytePair(data, form);

    private static JsonNode BytePair(string data, string form)
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(data, "spm-bpe-json", "tokenizer.json")))!;
        if (form == "llama-normalized")
        {
            foreach (var token in json["added_tokens"]!.AsArray())
            {
                token!["normalized"] = true;
            }
        }
        else if (form != "llama")
        {
            json["normalizer"] = null;
            json["pre_tokenizer"] = new JsonObject { ["type"] = "Metaspace", ["replacement"] = "\u2581", ["prepend_scheme"] = form["llama-".Length..], ["split"] = false };
        }

        return json;
    }

    private static JsonObject Unigram(string path)
    {
        const int sentinels = 100;
        var model = SentencePieceModel.Read(path);
        var names = Enumerable.Range(0, sentinels).Select(static index => $"<extra_id_{sentinels - 1 - index}>").ToArray();
        var added = model.Pieces.Index().Where(static piece => piece.Item.Kind is SentencePieceKind.Control or SentencePieceKind.Unknown)
            .Select(static piece => Added(piece.Index, piece.Item.Text)).Concat(names.Index().Select(name => Added(model.Pieces.Count + name.Index, name.Item)));
        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. added]),
            ["normalizer"] = new JsonObject { ["type"] = "Precompiled", ["precompiled_charsmap"] = Convert.ToBase64String(model.Replacements) },
            ["pre_tokenizer"] = JsonNode.Parse("""{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Metaspace","replacement":"\u2581","add_prefix_space":true}]}"""),
            ["post_processor"] = JsonNode.Parse("""
                {"type":"TemplateProcessing","single":[{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"</s>","type_id":0}}],
                "pair":[],"special_tokens":{"</s>":{"id":"</s>","ids":[1],"tokens":["</s>"]}}}
                """),
            ["decoder"] = null,
            ["model"] = new JsonObject
            {
                ["type"] = "Unigram",
                ["unk_id"] = model.Id(SentencePieceKind.Unknown),
                ["vocab"] = new JsonArray([.. model.Pieces.Select(static piece => Piece(piece.Text, piece.Score)).Concat(names.Select(static name => Piece(name, 0)))]),
            },
        };
    }

    private static JsonArray Piece(string text, double score) => [text, score];

    private static JsonObject Added(int id, string content) => new JsonObject
    {
        ["id"] = id,
        ["content"] = content,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = true,
    };
}
