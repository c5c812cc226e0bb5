namespace Tint.Cli.Tests;

public class TintCommandTests
{
    [Theory]
    [InlineData("")]
    [InlineData("bogus")]
    [InlineData("verify extra")]
    [InlineData("verify --bogus")]
    [InlineData("verify --seed")]
    [InlineData("verify --seed x")]
    [InlineData("verify --seed 1.5")]
    [InlineData("verify --seed 99999999999")]
    [InlineData("verify --seed 1 --seed 2")]
    [InlineData("verify --filter")]
    [InlineData("verify --fixtures")]
    [InlineData("verify --json")]
    [InlineData("verify --filter nothing")]
    [InlineData("verify --fixtures /no/such/directory")]
    [InlineData("verify --provider")]
    [InlineData("verify --provider bogus")]
    [InlineData("params extra")]
    [InlineData("params --shape gpt3")]
    [InlineData("params --json /no/such/directory/file.json")]
    [InlineData("list extra")]
    [InlineData("list --seed 1")]
    [InlineData("list --filter nothing")]
    [InlineData("list --fixtures /no/such/directory")]
    public void Bad_usage_is_one_line_and_exit_code_2(string line)
    {
        var result = Invocation.Of(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.StartsWith("tint: ", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_complaint_names_what_is_wrong_and_where_help_is()
    {
        Assert.Equal("tint: Unrecognized command or argument '--bogus'. See 'tint verify --help'.", Invocation.Of("verify", "--bogus").ErrorLines[0]);
        Assert.Equal("tint: Unrecognized command or argument 'bogus'. See 'tint --help'.", Invocation.Of("bogus").ErrorLines[0]);
        Assert.Equal(
            "tint: --seed must be a whole number from -2147483648 to 2147483647; got 'x'. See 'tint verify --help'.",
            Invocation.Of("verify", "--seed", "x").ErrorLines[0]);
    }

    [NoGpuTheory]
    [InlineData("verify")]
    [InlineData("bench")]
    public void Without_a_GPU_the_provider_cuda_is_one_line_that_names_what_is_missing_and_exit_code_2(string verb)
    {
        var result = Invocation.Of(verb, "--provider", "cuda");
        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Output);
        var line = Assert.Single(result.ErrorLines);
        Assert.StartsWith("tint: the provider cuda needs ", line, StringComparison.Ordinal);
        Assert.Contains("(and for Math.NET's own: the provider cuda needs ", line, StringComparison.Ordinal);
        Assert.EndsWith("or use --provider simd", line, StringComparison.Ordinal);
    }

    [NoGpuTheory]
    [InlineData("auto")]
    public void Without_a_GPU_auto_goes_on_silently(string provider)
    {
        var result = Invocation.Of("verify", "--filter", "LinearForward.a", "--provider", provider);
        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
    }

    [Theory]
    [InlineData("verify", "--filter")]
    [InlineData("list", "--filter")]
    [InlineData("params", "--shape")]
    [InlineData("example", "--json")]
    [InlineData("departures", "--filter")]
    [InlineData("replay", "failures/")]
    public void Every_verb_has_help_with_an_example(string verb, string example)
    {
        var result = Invocation.Of(verb, "--help");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"\n    tint {verb} {example}", result.Output, StringComparison.Ordinal);
        Assert.Contains($"tint {verb} [options]", result.Output, StringComparison.Ordinal);
        Assert.Contains($"  {verb}  ", Invocation.Of("--help").Output, StringComparison.Ordinal);
    }
}
