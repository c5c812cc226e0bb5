using System.Text.Json;

namespace Tint.Cli.Tests;

public sealed class ExplainCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tint-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Without_a_module_they_are_listed()
    {
        var result = Invocation.Of("explain");
        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        Assert.Contains(result.OutputLines, line => line.TrimStart().StartsWith("LinearForward ", StringComparison.Ordinal) && line.Contains(" C4 ", StringComparison.Ordinal));
        Assert.Contains(result.OutputLines, line => line.TrimStart().StartsWith("CrossAttentionBackward ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_module_is_walked_through_in_words_matrices_and_numbers()
    {
        var json = Path.Combine(_directory, "walk.json");
        var result = Invocation.Of("explain", "LinearForward", "--json", json);
        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        Assert.Contains("  head 0, 3, 6 ← slot 0", result.OutputLines);
        Assert.Contains(result.OutputLines, line => line.Contains("W x + b", StringComparison.Ordinal) && line.EndsWith("109 140 171 202 233 264", StringComparison.Ordinal));
        Assert.Contains(result.OutputLines, line => line.TrimStart().StartsWith("sum ", StringComparison.Ordinal) && line.EndsWith(" 129", StringComparison.Ordinal));
        using var document = JsonDocument.Parse(File.ReadAllText(json));
        var walk = document.RootElement.GetProperty("modules").EnumerateArray().Single();
        Assert.Equal(5, walk.GetProperty("steps").GetArrayLength());
        Assert.True(walk.GetProperty("holds").GetBoolean());
    }

    [Fact]
    public void Another_seed_has_other_numbers_and_the_same_weights()
    {
        var (first, second) = (Invocation.Of("explain", "LinearBackward"), Invocation.Of("explain", "LinearBackward", "--seed", "9"));
        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.NotEqual(first.Output, second.Output);
        Assert.Equal(first.OutputLines.Where(IsOfWeights), second.OutputLines.Where(IsOfWeights));

        static bool IsOfWeights(string line) => line.Contains(" ← ", StringComparison.Ordinal);
    }

    [Fact]
    public void All_of_them_are_written_to_a_page()
    {
        var page = Path.Combine(_directory, "tint.html");
        var result = Invocation.Of("explain", "--html", page);
        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        Assert.StartsWith("<!doctype html>", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_module_is_one_line_and_leaves_no_file()
    {
        var page = Path.Combine(_directory, "tint.html");
        var result = Invocation.Of("explain", "Sideways", "--html", page);
        Assert.Equal((2, string.Empty), (result.ExitCode, result.Output));
        Assert.Equal(
            "tint: a module must be one that is explained; got 'linearforwards'; did you mean 'LinearForward'?",
            Assert.Single(Invocation.Of("explain", "linearforwards").ErrorLines));
        Assert.StartsWith("tint: a module must be one that is explained; got 'Sideways'; use one of LinearForward, ", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.False(File.Exists(page));
    }

    [Fact]
    public void Help_has_an_example() => Assert.Contains("\n    tint explain LinearForward", Invocation.Of("explain", "--help").Output, StringComparison.Ordinal);
}
