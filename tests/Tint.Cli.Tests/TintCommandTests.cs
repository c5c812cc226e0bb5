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
        Assert.Equal("tint: Unrecognized command or argument 'verfy'. Did you mean 'verify'? See 'tint --help'.", Invocation.Of("verfy").ErrorLines[0]);
        Assert.Equal(
            "tint: Unrecognized command or argument '--filer'. Did you mean '--filter'? See 'tint verify --help'.",
            Invocation.Of("verify", "--filer", "X").ErrorLines[0]);
        Assert.Equal(
            "tint: --seed must be a whole number from -2147483648 to 2147483647; got 'x'. See 'tint verify --help'.",
            Invocation.Of("verify", "--seed", "x").ErrorLines[0]);
    }

    [Theory]
    [InlineData("verify", "--seed", -2147483648L)]
    [InlineData("bench", "--seed", -2147483648L)]
    [InlineData("bench", "--tokens", 2)]
    [InlineData("bench", "--layers", 1)]
    [InlineData("properties", "--seed", -2147483648L)]
    [InlineData("properties", "--cases", 1)]
    [InlineData("properties", "--case", 0)]
    [InlineData("mutants", "--cases", 1)]
    public void Every_number_is_read_alike_and_a_complaint_has_its_range(string verb, string option, long least)
    {
        foreach (var word in new[] { "99999999999", "1.5", "1e3", "x", string.Empty, $"{least - 1}" })
        {
            var result = Invocation.Of(verb, option, word);
            Assert.Equal((2, string.Empty), (result.ExitCode, result.Output));
            Assert.Equal(
                $"tint: {option} must be a whole number from {least} to 2147483647; got '{word}'. See 'tint {verb} --help'.",
                Assert.Single(result.ErrorLines));
        }
    }

    [Theory]
    [InlineData("verify", "--json")]
    [InlineData("verify", "--html")]
    [InlineData("verify", "--fixtures")]
    [InlineData("verify", "--filter")]
    [InlineData("params", "--json")]
    [InlineData("bench", "--json")]
    [InlineData("bench", "--weights")]
    [InlineData("bench", "--scratch")]
    [InlineData("properties", "--json")]
    [InlineData("properties", "--save")]
    [InlineData("properties", "--law")]
    [InlineData("mutants", "--json")]
    [InlineData("mutants", "--markdown")]
    [InlineData("mutants", "--name")]
    public void An_empty_text_is_refused_by_the_name_of_its_option(string verb, string option)
    {
        var result = Invocation.Of(verb, option, string.Empty);
        Assert.Equal((2, string.Empty), (result.ExitCode, result.Output));
        Assert.StartsWith($"tint: {option} must not be empty; give it a ", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void Cases_that_match_one_of_several_filters_are_chosen_and_a_filter_that_matches_none_is_refused()
    {
        var both = Invocation.Of("list", "--filter", "LinearForward.a", "--filter", "LinearBackward.a");
        Assert.Equal(0, both.ExitCode);
        Assert.Contains("LinearForward.a", both.Output, StringComparison.Ordinal);
        Assert.Contains("LinearBackward.a", both.Output, StringComparison.Ordinal);
        var none = Invocation.Of("list", "--filter", "LinearForward.a", "--filter", "nothing");
        Assert.Equal(2, none.ExitCode);
        Assert.Contains("'nothing'", Assert.Single(none.ErrorLines), StringComparison.Ordinal);
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
        Assert.Matches($@"tint {verb} (<FILE>\.\.\. )?\[options\]", result.Output);
        Assert.Contains($"\n  {verb} ", Invocation.Of("--help").Output, StringComparison.Ordinal);
    }

    /// <summary>Without it a verb's arguments and examples fill the list of verbs, and a pipe's width its lines.</summary>
    [Theory]
    [InlineData(60, "--help")]
    [InlineData(1, "explain", "--help")]
    [InlineData(1, "cases", "new", "--help")]
    [InlineData(8, "cases", "--help")]
    public void Help_fits_a_page_and_says_of_verbs_below_it_one_sentence(int mostOfVerbs, params string[] arguments)
    {
        var result = Invocation.Of(arguments);
        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        Assert.All(result.OutputLines, line => Assert.True(line.Length <= 100, line));
        Assert.True(result.OutputLines.SkipWhile(line => line != "Commands:").Skip(1).Count() <= mostOfVerbs, result.Output);
        Assert.DoesNotContain(result.OutputLines, line => line.Contains("AttentionBackward|", StringComparison.Ordinal));
    }
}
