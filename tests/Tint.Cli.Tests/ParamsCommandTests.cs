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

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static string[] Row(Invocation result, string name) =>
        result.OutputLines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).First(words => words.FirstOrDefault() == name);
}
