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
        // Without the tokens that a folder adds, which SentencePiece does not look for in a text.
        var tokenizer = new SentencePieceTokenizer(SentencePieceModel.Read(Directory.GetFiles(Path.Combine(Data, model), "*.model").Single()));
        var folder = ModelTokenizer.Open(Path.Combine(Data, model));
        Assert.Equal([.. Some(begin), .. Some(end)], folder.Encode(string.Empty));
        foreach (var line in Published[model]!.AsArray())
        {
            int[] ids = [.. line!["ids"]!.AsArray().Select(static id => (int)id!)];
            Assert.Equal(ids, tokenizer.EncodePlain((string)line["text"]!));
            if (!((string)line["text"]!).Contains("<s>", StringComparison.Ordinal))
            {
                Assert.Equal([.. Some(begin), .. ids, .. Some(end)], folder.Encode((string)line["text"]!));
            }
        }
    }

    private static int[] Some(int? id) => id is { } mark ? [mark] : [];

    [Theory]
    [InlineData("spm-bpe", "a<s>b", new[] { 1, 263, 1, 283 })]
    [InlineData("spm-uni", "the <extra_id_0> and <extra_id_99>.", null)]
    public void Marks_and_sentinels_are_found_in_the_text_itself(string model, string text, int[]? ids)
    {
        var tokenizer = ModelTokenizer.Open(Path.Combine(Data, model));
        var expected = ids ?? [.. tokenizer.EncodePlain("the"), 1599, .. tokenizer.EncodePlain("and"), 1500, .. tokenizer.Encode(".")];
        Assert.Equal(expected, tokenizer.Encode(text));
        Assert.Contains(model == "spm-bpe" ? "<s>" : "<extra_id_0>", tokenizer.Decode(expected[1..]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("llama-normalized")]
    [InlineData("llama-first")]
    [InlineData("llama-always")]
    [InlineData("llama-never")]
    [InlineData("t5")]
    public void A_file_of_Hugging_Face_alone_gives_the_ids_of_its_own_library(string form)
    {
        using var folder = new TemporaryFolder();
        folder.Write("tokenizer.json", SentencePieceJsonFiles.Of(Path.Combine(Data), form).ToJsonString());
        var tokenizer = ModelTokenizer.Open(folder.Path);
        var recorded = JsonNode.Parse(File.ReadAllText(Path.Combine(Data, "sentencepiece-json.json")))!;
        foreach (var (text, ids) in recorded["texts"]!.AsArray().Zip(recorded["ids"]![form]!.AsArray()))
        {
            Assert.Equal([.. ids!.AsArray().Select(static id => (int)id!)], tokenizer.Encode((string)text!));
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
        Assert.Contains("a model of SentencePiece", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(0, 257)]
    public void A_piece_without_a_finite_score_or_too_long_to_look_for_is_refused(double score, int length)
    {
        var model = SentencePieceModel.Read(Path.Combine(Data, "spm-uni", "spiece.model"));
        var refusal = Assert.Throws<FixtureException>(() => new SentencePieceTokenizer(
            model with { Pieces = [.. model.Pieces, (new string('x', length), score, SentencePieceKind.Normal)] }));
        Assert.Contains("a piece must have a finite score and at most 256 characters", refusal.Message, StringComparison.Ordinal);
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
