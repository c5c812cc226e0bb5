using System.Text.Json;
using Tint.Verification.Past;

namespace Tint.Cli.Tests;

public sealed class PastCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tint-").FullName;

    private string Json => Path.Combine(_directory, "past.json");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Earlier_constructions_are_held_to_plain_descent_and_their_sizes_written()
    {
        var page = Path.Combine(_directory, "past.md");
        var result = Invocation.Of("past", "--dimension", "5", "--examples", "4", "--steps", "2", "--json", Json, "--markdown", page);
        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        Assert.Equal(6, result.OutputLines.Count(line => line.EndsWith("holds", StringComparison.Ordinal)));
        using var document = JsonDocument.Parse(File.ReadAllText(Json));
        Assert.All(document.RootElement.GetProperty("checks").EnumerateArray(), check => Assert.True(check.GetProperty("holds").GetBoolean()));
        Assert.Equal(25, document.RootElement.GetProperty("sizes").GetArrayLength());
        Assert.StartsWith("# Earlier constructions", File.ReadAllText(page), StringComparison.Ordinal);
    }

    /// <summary>Every weight that is not zero is there, in words and in JSON; without the option none is.</summary>
    [Fact]
    public void Weights_are_printed_where_they_are_asked_for()
    {
        var result = Invocation.Of("past", "--dimension", "4", "--examples", "2", "--steps", "1", "--weights", "--json", Json);
        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        var step = result.OutputLines.SkipWhile(line => line != "von Oswald et al., layer 1: step").Skip(1).Take(4).ToArray();
        Assert.Equal(["query: 0…3 ← 0…3", "key: 0…3 ← 0…3", "output: 0…4 ← 0…4"], [step[0], step[1], step[3]]);
        Assert.Matches(@"^value: 4 ← −0\.\d+·4$", step[2]);
        using var document = JsonDocument.Parse(File.ReadAllText(Json));
        Assert.Equal(4 * (1 + ((6 * 2) + 3) + 6), document.RootElement.GetProperty("weights").GetArrayLength());
        Assert.DoesNotContain(Invocation.Of("past", "--dimension", "4").OutputLines, line => line.StartsWith("query", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--dimension", "2", "--dimension must be a whole number from 3 to 64")]
    [InlineData("--examples", "0", "--examples must be a whole number from 1")]
    [InlineData("--examples", "1000", "--examples must be a whole number from 1 to 64; got '1000'")]
    [InlineData("--steps", "x", "--steps must be a whole number")]
    [InlineData("--steps", "100000", "--steps must be a whole number from 1 to 100; got '100000'")]
    public void A_task_that_cannot_be_written_out_is_refused_in_one_line(string option, string value, string complaint)
    {
        var result = Invocation.Of("past", option, value, "--json", Json);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(complaint, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.False(File.Exists(Json));
    }

    /// <summary>The page is what the verb writes.</summary>
    [Fact]
    public void The_shipped_page_is_the_one_that_is_written()
    {
        var page = Path.Combine(_directory, "past.md");
        var drawing = Path.Combine(_directory, "past.svg");
        Assert.Equal(0, Invocation.Of("past", "--markdown", page, "--svg", drawing).ExitCode);
        var shipped = Path.Combine(Directory.GetParent(Tint.Fixtures.FixtureLocator.FindShipped())!.FullName, "verification");
        Assert.Equal(Sizes(File.ReadAllText(page)), Sizes(File.ReadAllText(Path.Combine(shipped, "past.md"))));
        Assert.Equal(File.ReadAllLines(drawing), File.ReadAllLines(Path.Combine(shipped, "past.svg")));
    }

    [Fact]
    public void Sizes_have_the_polynomial_on_which_they_lie_and_none_where_they_lie_on_none()
    {
        int[] dimensions = [4, 8, 16, 32, 64];
        Assert.Equal("4d² + 8d + 4", PastMarkdown.Formula(dimensions.Select(static d => (d, 4.0 * (d + 1) * (d + 1)))));
        Assert.Equal("2.5d² − d", PastMarkdown.Formula(dimensions.Select(static d => (d, (2.5 * d * d) - d))));
        Assert.Equal("11", PastMarkdown.Formula(dimensions.Select(static d => (d, 11.0))));
        Assert.Equal("–", PastMarkdown.Formula(dimensions.Select(static d => (d, (double)d * d * d))));
    }

    /// <summary>All but the errors, which are of the machine's roundings.</summary>
    private static string Sizes(string page) => page[..page.IndexOf("## Beside plain gradient descent", StringComparison.Ordinal)].ReplaceLineEndings("\n");
}
