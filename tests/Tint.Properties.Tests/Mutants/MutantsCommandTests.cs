using System.Text.Json;
using Tint.Cli;
using Tint.Properties.Tests.Support;

namespace Tint.Properties.Tests.Mutants;

[Collection(GlobalControl.Name)]
public sealed class MutantsCommandTests : IDisposable
{
    private readonly GlobalControl _control = new();

    public void Dispose() => _control.Dispose();

    [Fact]
    public async Task Says_of_a_mutant_of_either_implementation_which_checks_see_it()
    {
        var result = await Run("--name", "linear.update-sign", "--cases", "1");
        Assert.Equal(0, result.ExitCode);
        var rows = result.Output.Where(line => line.Contains("linear.update-sign", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["simulation", "construction"], rows.Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
        Assert.All(rows, row => Assert.Contains("LinearDescent.a", row, StringComparison.Ordinal));
        Assert.EndsWith("2 accounted for, 0 at large, 0 false", result.Output[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mutant_that_no_law_sees_is_at_large_and_exit_code_1()
    {
        // It takes two sequences with different numbers of labels, which the first case of a law does not have.
        var result = await Run("--name", "model.loss-mean-of-means", "--cases", "1");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("model.loss-mean-of-means (simulation): no law sees it", result.Output);
        Assert.EndsWith("0 accounted for, 2 at large, 0 false", result.Output[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writes_the_table_as_JSON_and_as_Markdown()
    {
        using var directory = new TemporaryDirectory();
        var (json, markdown) = (Path.Combine(directory.Path, "table.json"), Path.Combine(directory.Path, "table.md"));
        var result = await Run("--name", "linear.transposed-weight", "--cases", "1", "--json", json, "--markdown", markdown, "--provider", "managed");
        Assert.Equal(0, result.ExitCode);
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(json));
        Assert.True(document.RootElement.GetProperty("complete").GetBoolean());
        Assert.StartsWith("managed", document.RootElement.GetProperty("provider").GetString(), StringComparison.Ordinal);
        Assert.Contains("provider managed (MathNet.Numerics 5.0.0)", result.Output);
        var mutant = document.RootElement.GetProperty("mutants")[0];
        Assert.Equal("linear.transposed-weight", mutant.GetProperty("name").GetString());
        Assert.Equal("LinearForward.a", mutant.GetProperty("fixtures")[0].GetProperty("check").GetString());
        Assert.Contains("| `linear.transposed-weight` |", await File.ReadAllTextAsync(markdown), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--name", "nothing")]
    [InlineData("--cases", "0")]
    [InlineData("--cases", "x")]
    [InlineData("--json", "/no/such/directory/file.json")]
    [InlineData("--bogus", "1")]
    [InlineData("--provider", "bogus")]
    public async Task Bad_usage_is_one_line_and_exit_code_2(string option, string value)
    {
        var result = await Run(option, value);
        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.StartsWith("tint: ", Assert.Single(result.Error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Has_help_with_an_example() => Assert.Contains(
        (await Run("--help")).Output, line => line.Contains("tint mutants --name 'attention.*'", StringComparison.Ordinal));

    private static async Task<(int ExitCode, string[] Output, string[] Error)> Run(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var code = await Task.Run(() => TintCommand.Run(["mutants", .. arguments], Terminal.Of(output, error), []));
        return (code, Lines(output), Lines(error));
    }

    private static string[] Lines(StringWriter text) =>
        text.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}
