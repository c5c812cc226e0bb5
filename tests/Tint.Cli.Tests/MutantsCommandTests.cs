using System.Text.Json;

namespace Tint.Cli.Tests;

public class MutantsCommandTests
{
    [Fact]
    public void Says_of_a_mutant_of_either_implementation_which_checks_see_it()
    {
        var result = Invocation.Of("mutants", "--name", "linear.update-sign", "--cases", "3");
        Assert.Equal(0, result.ExitCode);
        var rows = result.OutputLines.Where(line => line.Contains("linear.update-sign", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["simulation", "construction"], rows.Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
        Assert.All(rows, row => Assert.Contains("LinearDescent.a", row, StringComparison.Ordinal));
        Assert.EndsWith("2 accounted for, 0 at large, 0 false", result.OutputLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_mutant_that_no_law_sees_is_at_large_and_exit_code_1()
    {
        // The only case is of one sequence, which cannot take another's mask.
        var result = Invocation.Of("mutants", "--name", "model.first-train-mask-for-all", "--cases", "1");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("model.first-train-mask-for-all (simulation): no law sees it", result.OutputLines);
        Assert.EndsWith("0 accounted for, 2 at large, 0 false", result.OutputLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Writes_the_table_as_JSON_and_as_Markdown()
    {
        var directory = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var (json, markdown) = (Path.Combine(directory, "table.json"), Path.Combine(directory, "table.md"));
            Assert.Equal(0, Invocation.Of("mutants", "--name", "linear.transposed-weight", "--cases", "3", "--json", json, "--markdown", markdown).ExitCode);
            using var document = JsonDocument.Parse(File.ReadAllText(json));
            Assert.True(document.RootElement.GetProperty("complete").GetBoolean());
            var mutant = document.RootElement.GetProperty("mutants")[0];
            Assert.Equal("linear.transposed-weight", mutant.GetProperty("name").GetString());
            Assert.Equal("LinearForward.a", mutant.GetProperty("fixtures")[0].GetProperty("check").GetString());
            Assert.Contains("| `linear.transposed-weight` |", File.ReadAllText(markdown), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory]
    [InlineData("--name", "nothing")]
    [InlineData("--cases", "0")]
    [InlineData("--cases", "x")]
    [InlineData("--json", "/no/such/directory/file.json")]
    [InlineData("--bogus", "1")]
    public void Bad_usage_is_one_line_and_exit_code_2(string option, string value)
    {
        var result = Invocation.Of("mutants", option, value);
        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.StartsWith("tint: ", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void Has_help_with_an_example() => Assert.Contains(
        "tint mutants --name 'attention.*'", Invocation.Of("mutants", "--help").Output, StringComparison.Ordinal);
}
