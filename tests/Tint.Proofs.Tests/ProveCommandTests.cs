using System.Text.Json;
using Tint.Cli;

namespace Tint.Proofs.Tests;

public sealed class ProveCommandTests
{
    [Fact]
    public void Proves_claims_prints_a_table_and_ends_with_0()
    {
        var (code, output, error) = Run("--filter", "LinearForward*");
        Assert.Equal(0, code);
        Assert.Empty(error);
        Assert.Contains(output, line => line.Contains("LinearForward/published switches", StringComparison.Ordinal) && line.EndsWith("proven", StringComparison.Ordinal));
        Assert.Equal("7 claims proven, 0 refuted, 35 primes, seed 1, below 2^-100", output[^1]);
    }

    [Fact]
    public void Writes_what_was_drawn_and_counted_as_JSON()
    {
        var (code, output, _) = Run("--filter", "block/gptj", "--seed", "9", "--bits", "50", "--json", "-");
        Assert.Equal(0, code);
        using var document = JsonDocument.Parse(string.Join('\n', output));
        Assert.True(document.RootElement.GetProperty("proven").GetBoolean());
        Assert.Equal((9, 50), (document.RootElement.GetProperty("seed").GetInt32(), document.RootElement.GetProperty("bits").GetInt32()));
        var claim = document.RootElement.GetProperty("claims")[0];
        Assert.Equal("block/gptj", claim.GetProperty("claim").GetString());
        Assert.True(claim.GetProperty("log_missed").GetDouble() <= -50);
        Assert.True(claim.GetProperty("degree").GetInt32() > 0 && claim.GetProperty("argument_degree").GetInt32() > 0);
        Assert.All(claim.GetProperty("primes").EnumerateArray(), prime => Assert.InRange(prime.GetInt64(), 1L << 34, 1L << 35));
    }

    [Theory]
    [InlineData("--filter", "nothing")]
    [InlineData("--bits", "0")]
    [InlineData("--seed", "x")]
    [InlineData("--provider", "bogus")]
    [InlineData("--json", "/no/such/directory/file.json")]
    public void Bad_usage_is_one_line_and_exit_code_2(string option, string value)
    {
        var (code, output, error) = Run(option, value);
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.StartsWith("tint: ", Assert.Single(error), StringComparison.Ordinal);
    }

    private static (int ExitCode, string[] Output, string[] Error) Run(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var code = TintCommand.Run(["prove", .. arguments], Terminal.Of(output, error), []);
        return (code, Lines(output), Lines(error));
    }

    private static string[] Lines(StringWriter text) => text.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}
