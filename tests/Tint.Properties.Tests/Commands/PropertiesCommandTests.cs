using System.Text.Json.Nodes;
using Tint.Cli;
using Tint.Properties.Tests.Support;

namespace Tint.Properties.Tests.Commands;

[Collection(GlobalControl.Name)]
public sealed class PropertiesCommandTests : IDisposable
{
    private readonly GlobalControl _control = new();

    public void Dispose() => _control.Dispose();

    [Fact]
    public async Task Names_the_provider_in_report_and_JSON()
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "laws.json");
        var (code, output, _) = await Run("--cases", "1", "--law", "L01", "--provider", "managed", "--json", file);
        Assert.Equal(0, code);
        Assert.Contains("provider managed (MathNet.Numerics 5.0.0)", output, StringComparison.Ordinal);
        Assert.StartsWith("managed", (string?)JsonNode.Parse(await File.ReadAllTextAsync(file))!["provider"], StringComparison.Ordinal);
        Assert.Contains("provider simd", (await Run("--cases", "1", "--law", "L01")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_laws_and_reports_a_row_each()
    {
        var (code, output, error) = await Run("--cases", "2", "--seed", "4", "--law", "L0[12]");
        Assert.Equal((2, string.Empty), (code, output));
        Assert.Contains("L0[12]", error, StringComparison.Ordinal);

        (code, output, error) = await Run("--cases", "2", "--seed", "4", "--law", "*-forward", "--implementation", "simulation");
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("simulation, seed 4, shard 1/1, 8 cases", output, StringComparison.Ordinal);
        Assert.Contains("4 laws hold, 0 broken", output, StringComparison.Ordinal);
        Assert.Matches(@"L07\s+attention-forward\s+2\s+2\s+\S+\s+holds", output);
    }

    [Fact]
    public async Task Writes_the_results_as_json()
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "laws.json");
        var (code, _, _) = await Run("--cases", "5", "--seed", "1", "--law", "L7?", "--shard", "2/2", "--json", file);
        Assert.Equal(0, code);
        var document = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        Assert.Equal("2/2", (string?)document["shard"]);
        Assert.Equal(5, (int?)document["cases_per_law"]);
        Assert.Equal(2, (int?)document["laws"]![0]!["cases"]);
        Assert.Equal("L70", (string?)document["laws"]![0]!["label"]);
    }

    [Theory]
    [InlineData("--shard", "3/2")]
    [InlineData("--implementation", "neither")]
    [InlineData("--law", "none-such")]
    [InlineData("--cases", "0")]
    [InlineData("--cases", "many")]
    [InlineData("--provider", "bogus")]
    [InlineData("--provider", "cuda")]
    [InlineData("--json", "/no/such/folder/file.json")]
    public async Task Complains_in_one_line_about_what_it_cannot_use(params string[] arguments)
    {
        var (code, output, error) = await Run(arguments);
        Assert.Equal((2, string.Empty), (code, output));
        Assert.StartsWith("tint: ", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    private static async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var code = await TintCommand.RunAsync(["properties", .. arguments], Terminal.Of(output, error), []);
        return (code, output.ToString(), error.ToString());
    }
}
