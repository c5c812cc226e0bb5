using System.Text.Json;

namespace Tint.Cli.Tests;

public sealed class ParamsCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tint-").FullName;

    [Fact]
    public void Shows_the_modules_the_whole_model_every_shape_and_the_paper_s_table()
    {
        var result = Invocation.Of("params");
        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Error);
        Assert.Equal(["LinearForward", "5,892,402"], Row(result, "LinearForward"));
        Assert.Equal(["all", "1,476,796,914"], Row(result, "all"));
        Assert.Equal(["opt-2.7b", "2560", "32", "12800", "640", "40", "39,820,977,850"], Row(result, "opt-2.7b"));
        Assert.Equal(["OPT-125M", "3072", "192", "12", "12", "1,275,936,768", "1.2", "B"], Row(result, "OPT-125M"));
        Assert.Contains("not checked against its text", result.OutputLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_tensors_and_writes_JSON_for_another_shape()
    {
        var file = Path.Combine(_directory, "params.json");
        var result = Invocation.Of("params", "--shape", "opt-125m", "--tensors", "--json", file);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(result.OutputLines, line => line.Contains("attnt_module.p_attn.weight", StringComparison.Ordinal));
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        Assert.Equal(("opt-125m", 1_669_324_018), (document.RootElement.GetProperty("shape").GetString(), document.RootElement.GetProperty("total").GetInt64()));
    }

    [Fact]
    public void Shows_a_family_s_size_and_beside_it_all_others()
    {
        var file = Path.Combine(_directory, "family.json");
        var result = Invocation.Of("params", "--family", "t5", "--json", file);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["CrossAttentionForward", "5,361,916"], Row(result, "CrossAttentionForward"));
        Assert.Equal(["base", "222,903,552", "768", "24", "3072", "256", "12", "3,374,831,324"], Row(result, "base"));
        Assert.Equal(["3b", "2,851,598,336", "no", "TinT"], Row(result, "3b"));
        Assert.DoesNotContain(result.OutputLines, line => line.Contains("paper", StringComparison.Ordinal));
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        var root = document.RootElement;
        Assert.Equal(("t5", "small", 60_506_624), (
            root.GetProperty("family").GetString(), root.GetProperty("size").GetString(), root.GetProperty("model_parameters").GetInt64()));
        Assert.Equal(JsonValueKind.Null, root.GetProperty("family_sizes").EnumerateArray().Last().GetProperty("total").ValueKind);
        Assert.Equal(root.GetProperty("total").GetInt64(), root.GetProperty("parts").EnumerateArray().Sum(part => part.GetProperty("total").GetInt64()));
    }

    [Fact]
    public void Counts_what_a_config_json_describes_as_it_counts_the_published_size()
    {
        var file = Path.Combine(_directory, "config.json");
        File.WriteAllText(file, """{"model_type":"gpt2","n_embd":768,"n_layer":12,"n_head":12,"architectures":["GPT2LMHeadModel"]}""");
        var published = Invocation.Of("params", "--family", "gpt2", "--size", "small");

        foreach (var path in new[] { file, _directory })
        {
            var result = Invocation.Of("params", "--config", path);
            Assert.Equal(0, result.ExitCode);
            Assert.Equal(Row(published, "all"), Row(result, "all"));
            Assert.StartsWith(path, result.OutputLines[0], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("'layer_types'", """{"model_type":"gpt2","layer_types":["full_attention","linear_attention"]}""")]
    [InlineData("the file must be readable; got no such file in '", null)]
    [InlineData("should be closed, in line 2, byte 1; mend it", "{\n")]
    public void Refuses_in_one_line_a_config_json_that_it_does_not_understand(string line, string? json)
    {
        var file = Path.Combine(_directory, "config.json");
        if (json is not null)
        {
            File.WriteAllText(file, json);
        }

        var result = Invocation.Of("params", "--config", file);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(line, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_a_TinT_that_follows_plain_SGD_too()
    {
        var file = Path.Combine(_directory, "faithful.json");
        var result = Invocation.Of("params", "--as", "faithful", "--json", file);
        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        Assert.Equal(["all", "2,213,165,586"], Row(result, "all"));
        Assert.Contains(result.OutputLines, line => line.Contains("1 AttentionScoreBackward", StringComparison.Ordinal));
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        Assert.Equal(("faithful", "central"), (document.RootElement.GetProperty("preset").GetString(), document.RootElement.GetProperty("stencil").GetString()));
        Assert.Equal(["all", "2,212,167,186"], Row(Invocation.Of("params", "--as", "faithful", "--stencil", "forward"), "all"));
        Assert.Equal(0, Invocation.Of("params", "--family", "llama", "--as", "faithful").ExitCode);
    }

    [Theory]
    [InlineData("a family must be known; got 'lama'; use one of gpt2, opt, llama", "--family", "lama")]
    [InlineData("a size of llama must be known; got '7t'; use one of 1-7b, 1-13b", "--family", "llama", "--size", "7t")]
    [InlineData("a size of mistral must be known; got '7b'; use one of mistral-7b", "--family", "mistral", "--size", "7b")]
    [InlineData("32 heads of 128 for width 1024", "--family", "t5", "--size", "3b")]
    [InlineData("--size must come with --family; got none", "--size", "7b")]
    [InlineData("--shape must not come with --family or --size; got both", "--shape", "gpt2-xl", "--family", "opt")]
    [InlineData("--config must not come with --shape, --family or --size; got both", "--config", "config.json", "--size", "7b")]
    [InlineData("the shape must be a published one; got 'gpt3'", "--shape", "gpt3")]
    [InlineData("a preset must be known; got 'sgd'; use one of published, paper, faithful", "--as", "sgd")]
    [InlineData("a stencil must be known; got 'both'; use one of forward, central", "--stencil", "both")]
    public void Refuses_in_one_line_what_it_does_not_know(string line, params string[] arguments)
    {
        var result = Invocation.Of(["params", .. arguments]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(line, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static string[] Row(Invocation result, string name) =>
        result.OutputLines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).First(words => words.FirstOrDefault() == name);
}
