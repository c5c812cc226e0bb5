using System.Text.Json.Nodes;
using Tint.Experiments.Tests.Support;
using Tint.Experiments.Tokenization;

namespace Tint.Experiments.Tests.Tokenization;

/// <summary>
/// A page of difficult text, in GPT-2's real vocabulary, cut as each family cuts it: the ids are those of Hugging Face's own library (tokenizers, in Rust) for the same
/// tokenizer.json, recorded in Data/published.json.
/// </summary>
public sealed class PublishedIdsTests
{
    private static readonly string Data = Path.Combine(AppContext.BaseDirectory, "Tokenization", "Data");
    private static readonly JsonNode Published = JsonNode.Parse(File.ReadAllText(Path.Combine(Data, "published.json")))!;
    private static readonly string Page = File.ReadAllText(Path.Combine(Data, "difficult.txt"));

    [Theory]
    [InlineData("gpt2")]
    [InlineData("prefix")]
    [InlineData("bloom")]
    [InlineData("gpt_neox")]
    [InlineData("llama3")]
    [InlineData("digits")]
    public void A_page_of_difficult_text_has_the_published_ids(string family)
    {
        using var folder = new TemporaryFolder();
        Gpt2Vocabulary.WriteJson(folder, Published[family]!["tokenizer"]!.DeepClone());
        var tokenizer = ModelTokenizer.Open(folder.Path);
        Assert.Equal(Published[family]!["ids"]!.AsArray().Select(static id => (int)id!), tokenizer.Encode(Page));
    }

    [Fact]
    public void Vocabulary_and_merges_alone_are_GPT_2_and_text_comes_back()
    {
        using var folder = new TemporaryFolder();
        Gpt2Vocabulary.WriteFiles(folder);
        var tokenizer = ModelTokenizer.Open(folder.Path);
        Assert.Equal(Published["gpt2"]!["ids"]!.AsArray().Select(static id => (int)id!), tokenizer.Encode(Page));
        Assert.Equal(Page, tokenizer.Decode(tokenizer.Encode(Page)));
        Assert.Equal([15496, 995], tokenizer.Encode("Hello world"));
        Assert.Equal(50257, tokenizer.VocabularySize);
        Assert.Empty(tokenizer.Encode(string.Empty));
    }

    [Fact]
    public void OPT_begins_every_text_with_its_BOS_and_knows_its_special_tokens()
    {
        using var folder = new TemporaryFolder();
        var bytes = Enumerable.Range(0, 256).ToDictionary(static value => ByteSymbols.Of((byte)value).ToString(), static value => value + 4);
        foreach (var (token, id) in new[] { ("<s>", 0), ("<pad>", 1), ("</s>", 2), ("<unk>", 3) })
        {
            bytes[token] = id;
        }

        folder.Write("vocab.json", System.Text.Json.JsonSerializer.Serialize(bytes));
        folder.Write("merges.txt", "#version: 0.2\n");
        folder.Write("config.json", """{"model_type":"opt"}""");
        Assert.Equal([2, 4 + 'a', 1, 4 + 'b'], ModelTokenizer.Open(folder.Path).Encode("a<pad>b"));
        Assert.Equal([4 + 'a'], ModelTokenizer.Open(folder.Path).EncodePlain("a"));
        folder.Write("tokenizer_config.json", """{"add_bos_token":true,"bos_token":{"content":"</s>"},"tokenizer_class":"GPT2Tokenizer"}""");
        Assert.Equal([2, 4 + 'a'], ModelTokenizer.Open(folder.Path).Encode("a"));
    }

    [Fact]
    public void Bytes_are_tokens_of_their_own_in_the_vocabulary_that_is_trained_with()
    {
        var text = "é😀\r\n\0<|endoftext|>x";
        var ids = ByteVocabulary.Tokenizer.Encode(text);
        Assert.Equal([.. "é😀\r\n\0"u8.ToArray().Select(static value => (int)value), 256, 'x'], ids);
        Assert.Equal(text, ByteVocabulary.Tokenizer.Decode(ids));
        using var folder = new TemporaryFolder();
        foreach (var (name, content) in ByteVocabulary.Files())
        {
            File.WriteAllBytes(folder.At(name), content);
        }

        Assert.Equal(ids, ModelTokenizer.Open(folder.Path).Encode(text));
        File.Delete(folder.At("tokenizer.json"));
        Assert.Equal(ids, ModelTokenizer.Open(folder.Path).Encode(text));
    }
}
