using System.Text.Json.Nodes;
using Tint.Experiments.Tests.Support;
using Tint.Experiments.Tokenization;
using Tint.Fixtures;

namespace Tint.Experiments.Tests.Tokenization;

/// <summary>
/// Small models of SentencePiece, trained with its own program: BPE with bytes to fall back to, as LLaMA-2's, and unigram with compatibility composition, as T5's. The ids
/// are those of SentencePiece itself (0.1.97).
/// </summary>
public sealed class SentencePieceTests
{
    private static readonly string Data = Path.Combine(AppContext.BaseDirectory, "Tokenization", "Data");
    private static readonly JsonNode Published = JsonNode.Parse(File.ReadAllText(Path.Combine(Data, "sentencepiece.json")))!;

    [Theory]
    [InlineData("spm-bpe", 1, null)]
    [InlineData("spm-uni", null, 1)]
    public void Difficult_text_has_the_ids_that_SentencePiece_gives_it(string model, int? begin, int? end)
    {
        var tokenizer = ModelTokenizer.Open(Path.Combine(Data, model));
        foreach (var line in Published[model]!.AsArray())
        {
            int[] ids = [.. line!["ids"]!.AsArray().Select(static id => (int)id!)];
            Assert.Equal(ids, tokenizer.EncodePlain((string)line["text"]!));
            Assert.Equal([.. begin is { } bos ? [bos] : Array.Empty<int>(), .. ids, .. end is { } eos ? [eos] : Array.Empty<int>()], tokenizer.Encode((string)line["text"]!));
        }
    }

    [Fact]
    public void Text_comes_back_where_nothing_is_normalised()
    {
        var tokenizer = ModelTokenizer.Open(Path.Combine(Data, "spm-bpe"));
        foreach (var text in new[] { "Hello wörld  x", " leading", "😀 \r\n\t end ", string.Empty })
        {
            Assert.Equal(text, tokenizer.Decode(tokenizer.EncodePlain(text)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a model")]
    [InlineData("\u0012\u00FF\u00FF")]
    public void A_file_that_is_no_model_is_refused(string content)
    {
        using var folder = new TemporaryFolder();
        folder.Write("tokenizer.model", content);
        var refusal = Assert.Throws<FixtureException>(() => ModelTokenizer.Open(folder.Path));
        Assert.StartsWith("tokenizer.model: must be a model of SentencePiece", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_ends_early_anywhere_is_refused_or_lacks_pieces()
    {
        var bytes = File.ReadAllBytes(Path.Combine(Data, "spm-bpe", "tokenizer.model"));
        for (var length = 1; length < bytes.Length; length += 1009)
        {
            using var folder = new TemporaryFolder();
            File.WriteAllBytes(folder.At("tokenizer.model"), bytes[..length]);
            try
            {
                Assert.NotNull(ModelTokenizer.Open(folder.Path));
            }
            catch (FixtureException)
            {
                // One line about the file.
            }
        }
    }
}
