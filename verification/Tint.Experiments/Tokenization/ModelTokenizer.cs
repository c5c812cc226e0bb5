using System.Text.Json;
using Tint.Fixtures;
using Tint.Fixtures.Files;
using Tint.Fixtures.Json;
using Tint.Reference;

namespace Tint.Experiments.Tokenization;

/// <summary>
/// The tokenizer in a model's folder: <c>tokenizer.json</c> where it describes byte-level BPE, else <c>vocab.json</c> with <c>merges.txt</c>, else SentencePiece's
/// <c>tokenizer.model</c> or <c>spiece.model</c>; without these, <c>tokenizer.json</c> describes SentencePiece too.
/// </summary>
public static class ModelTokenizer
{
    private const string Vocabulary = "vocab.json";
    private const string MergesFile = "merges.txt";
    private const string Settings = "tokenizer_config.json";
    private const string Config = "config.json";
    private static readonly string[] SpecialNames = ["bos_token", "eos_token", "unk_token", "pad_token"];
    private static readonly string[] SentencePieces = ["tokenizer.model", "spiece.model"];

    /// <summary>The files of which a tokenizer may consist.</summary>
    public static IReadOnlyList<string> FileNames { get; } = [TokenizerJson.File, Vocabulary, MergesFile, Settings, SentencePieceFiles.AddedFile, .. SentencePieces];

    /// <summary>Opens a folder's tokenizer.</summary>
    /// <exception cref="FixtureException">There is none, or a file of it cannot be read.</exception>
    /// <exception cref="RuleViolationException">It asks for what is not done here.</exception>
    public static ITextTokenizer Open(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string? At(string name) => File.Exists(Path.Combine(folder, name)) ? Path.Combine(folder, name) : null;
        var sentencePieces = SentencePieces.Select(At).FirstOrDefault(static path => path is not null);
        if (At(TokenizerJson.File) is { } json && (sentencePieces is null || TokenizerJson.IsByteLevel(json)))
        {
            return TokenizerJson.IsSentencePiece(json) ? new SentencePieceTokenizer(SentencePieceJson.Read(json)) : new ByteLevelTokenizer(TokenizerJson.Read(json));
        }

        if (At(Vocabulary) is { } vocabulary && At(MergesFile) is { } merges)
        {
            return new ByteLevelTokenizer(Files(folder, vocabulary, merges));
        }

        return sentencePieces is not null ? new SentencePieceTokenizer(SentencePieceFiles.Read(folder, sentencePieces, IsOf))
            : throw new FixtureException(
                "a model's folder must hold its tokenizer", $"none of {TokenizerJson.File}, {Vocabulary} with {MergesFile}, {string.Join(", ", SentencePieces)}", "download it as well");
    }

    private static ByteLevelRules Files(string folder, string vocabularyPath, string mergesPath)
    {
        var vocabulary = JsonFile.Read(vocabularyPath, static (root, where) =>
        {
            var fields = new JsonFields(root, where);
            return fields.Rest.ToArray().ToDictionary(static token => token, token => fields.Integer(token, 0), StringComparer.Ordinal);
        });
        var (beginning, tokens) = Special(folder);
        int[] before = [];
        if (beginning is not null)
        {
            before = vocabulary.TryGetValue(beginning, out var id)
                ? [id]
                : throw new RuleViolationException($"{Vocabulary}: the token that begins a text must be in it", $"no '{beginning}'", "fetch both files again");
        }

        return new ByteLevelRules
        {
            Source = $"{Vocabulary} and {MergesFile}",
            Vocabulary = vocabulary,
            Merges = [.. Lines(mergesPath)],
            Splits = [new PieceSplit(PieceSplit.Gpt2)],
            Added = [.. tokens.Where(vocabulary.ContainsKey).Select(token => new AddedToken(vocabulary[token], token))],
            Before = before,
        };
    }

    private static IEnumerable<string> Lines(string path)
    {
        // A reader of bytes takes the mark in front away.
        using var reader = new StreamReader(new MemoryStream(RegularFile.ReadAll(path, "merges of a tokenizer", JsonFile.LongestDocument).ToArray()));
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Length == 0 || (number == 1 && line.StartsWith("#version", StringComparison.Ordinal)))
            {
                continue;
            }

            yield return line.Count(static character => character == ' ') == 1
                ? line
                : throw new RuleViolationException($"{MergesFile}: a line must be two tokens", $"'{Printable.Text(line)}' in line {number}", "fetch the file again");
        }
    }

    /// <summary>The token in front of every text, if the model wants one, and the special tokens.</summary>
    private static (string? Beginning, IReadOnlyList<string> Tokens) Special(string folder)
    {
        var tokens = new List<string> { "<|endoftext|>" };
        if (IsOf(folder, "opt"))
        {
            tokens.AddRange(["<s>", "<pad>", "</s>", "<unk>"]);
        }

        var path = Path.Combine(folder, Settings);
        if (!File.Exists(path))
        {
            return (IsOf(folder, "opt") ? "</s>" : null, tokens);
        }

        return JsonFile.Read(path, (root, _) =>
        {
            foreach (var name in SpecialNames)
            {
                if (Token(root, name) is { } token && !tokens.Contains(token))
                {
                    tokens.Add(token);
                }
            }

            var adds = root.TryGetProperty("add_bos_token", out var flag) ? flag.ValueKind == JsonValueKind.True : IsOf(folder, "opt");
            if (root.TryGetProperty("add_prefix_space", out var space) && space.ValueKind == JsonValueKind.True)
            {
                throw new RuleViolationException($"{Settings}: 'add_prefix_space' must be false beside {MergesFile}", "true", $"use a folder with {TokenizerJson.File}");
            }

            return (adds ? Token(root, "bos_token") ?? "</s>" : null, (IReadOnlyList<string>)tokens);
        });
    }

    private static string? Token(JsonElement root, string name) => root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : value.ValueKind == JsonValueKind.Object && value.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String ? content.GetString()
        : null;

    private static bool IsOf(string folder, params string[] types)
    {
        var path = Path.Combine(folder, Config);
        return File.Exists(path) && JsonFile.Read(path, (root, _) =>
            root.ValueKind == JsonValueKind.Object && root.TryGetProperty("model_type", out var type) && type.ValueKind == JsonValueKind.String && types.Contains(type.GetString()));
    }
}
