using System.Text.Json.Nodes;
using Tint.Experiments.Tests.Support;
using Tint.Experiments.Tokenization;
using Tint.Fixtures;
using Tint.Reference;

namespace Tint.Experiments.Tests.Tokenization;

/// <summary>What a tokenizer's files ask for and is not done is refused by name, in one line.</summary>
public sealed class TokenizerRefusalTests
{
    [Theory]
    [InlineData("""{"model":{"type":"Unigram"}}""", "a model of type Unigram")]
    [InlineData("""{"model":{"byte_fallback":true}}""", "byte_fallback")]
    [InlineData("""{"model":{"dropout":0.1}}""", "dropout")]
    [InlineData("""{"normalizer":{"type":"Lowercase"}}""", "a normalizer of type Lowercase")]
    [InlineData("""{"pre_tokenizer":{"type":"Metaspace"}}""", "a pre-tokenizer of type Metaspace")]
    [InlineData("""{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"a"},"behavior":"MergedWithNext","invert":false}}""", "MergedWithNext")]
    [InlineData("""{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"a++"},"behavior":"Isolated","invert":false}}""", "'a++'")]
    [InlineData("""{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"[a[^b]]"},"behavior":"Isolated","invert":false}}""", "must not be negated")]
    [InlineData("""{"post_processor":{"type":"BertProcessing"}}""", "a post-processor of type BertProcessing")]
    [InlineData("""{"truncation":{"max_length":5}}""", "'truncation' must be null")]
    [InlineData("""{"surprise":1}""", "'surprise'")]
    [InlineData("""{"normalizer":5}""", "what holds 'type' must be an object; got 5")]
    [InlineData("""{"normalizer":{"type":"Sequence","normalizers":"NFC"}}""", "'normalizers' must be a list")]
    [InlineData("""{"pre_tokenizer":{"type":7}}""", "'type' must be a text; got 7")]
    [InlineData("""{"pre_tokenizer":{"trim_offsets":true}}""", "a pre-tokenizer of type none")]
    [InlineData("""{"post_processor":[]}""", "must be an object; got an Array")]
    [InlineData("""{"post_processor":{"type":"TemplateProcessing","single":"$A"}}""", "'single' must be a list")]
    [InlineData("""{"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x"}}],"special_tokens":{"x":{"ids":[-5]}}}}""", "the id of a token must be a whole number from 0; got -5")]
    [InlineData("""{"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x"}}],"special_tokens":{"x":{"ids":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}}}}""", "more than 16 tokens around a text")]
    [InlineData("""{"added_tokens":{}}""", "'added_tokens' must be a list")]
    [InlineData("""{"model":{"merges":"a b"}}""", "'merges' must be a list")]
    public void A_step_that_is_not_known_is_refused_by_name(string change, string name)
    {
        using var folder = new TemporaryFolder();
        var json = JsonNode.Parse(System.Text.Encoding.UTF8.GetString(ByteVocabulary.Files()["tokenizer.json"]))!.AsObject();
        foreach (var (field, value) in JsonNode.Parse(change)!.AsObject())
        {
            if (field == "model")
            {
                foreach (var (part, content) in value!.AsObject())
                {
                    json["model"]![part] = content!.DeepClone();
                }
            }
            else
            {
                json[field] = value!.DeepClone();
            }
        }

        folder.Write("tokenizer.json", json.ToJsonString());
        var refusal = Assert.Throws<RuleViolationException>(() => ModelTokenizer.Open(folder.Path));
        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public void A_pattern_that_runs_through_every_way_of_cutting_a_text_is_stopped()
    {
        var split = new PieceSplit("(a+)+b", TimeSpan.FromMilliseconds(100));
        var refusal = Assert.Throws<RuleViolationException>(() => split.Split(new string('a', 100)).Count());
        Assert.Contains("a pattern must find a match within 0.1 s; got '(a+)+b'", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"normalizer":{"type":"Lowercase"}}""", "normalizers Lowercase")]
    [InlineData("""{"pre_tokenizer":{"type":"Metaspace","replacement":"_","split":false},"normalizer":null}""", "normalizers none in front of pre-tokenizers Metaspace")]
    [InlineData("""{"model":{"dropout":0.1}}""", "'dropout'")]
    [InlineData("""{"model":{"vocab":{"\u2581":7}}}""", "the id 7")]
    public void A_step_of_SentencePiece_that_is_not_known_is_refused_by_name(string change, string name)
    {
        using var folder = new TemporaryFolder();
        var json = SentencePieceJsonFiles.Of(Path.Combine(AppContext.BaseDirectory, "Tokenization", "Data"), "llama").AsObject();
        foreach (var (field, value) in JsonNode.Parse(change)!.AsObject())
        {
            foreach (var (part, content) in field == "model" ? value!.AsObject().ToArray() : [])
            {
                json["model"]![part] = content!.DeepClone();
            }

            json[field] = field == "model" ? json["model"]!.DeepClone() : value?.DeepClone();
        }

        folder.Write("tokenizer.json", json.ToJsonString());
        Assert.Contains(name, Assert.Throws<RuleViolationException>(() => ModelTokenizer.Open(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_tokenizer_is_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("none of tokenizer.json", Assert.Throws<FixtureException>(() => ModelTokenizer.Open(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vocab.json", """{"a":0}""", "must have every byte")]
    [InlineData("merges.txt", "#version: 0.2\nx y\n", "belong together")]
    [InlineData("merges.txt", "#version: 0.2\nx y z\n", "must be two tokens")]
    public void Files_that_do_not_belong_together_are_refused(string name, string content, string words)
    {
        using var folder = new TemporaryFolder();
        foreach (var file in new[] { "vocab.json", "merges.txt" })
        {
            File.WriteAllBytes(folder.At(file), ByteVocabulary.Files()[file]);
        }

        folder.Write(name, content);
        Assert.Contains(words, Assert.Throws<RuleViolationException>(() => ModelTokenizer.Open(folder.Path)).Message, StringComparison.Ordinal);
    }
}
