using System.Text.Json.Nodes;
using Tint.Cli;
using Tint.Properties.Laws;
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
        Assert.EndsWith($"looked at 4 of {LawBook.All.Count} laws, 2 of 2 cases a law\n4 laws hold, 0 broken, 0 not tried\n", output, StringComparison.Ordinal);
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

    [Fact]
    public async Task Laws_of_which_nothing_was_learnt_are_no_success()
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "laws.json");
        var (code, output, error) = await Run("--cases", "1", "--law", "L75", "--json", file);
        Assert.Equal((2, "tint: no law was tried: no case met the condition of any; try more cases (--cases) or others (--seed).\n"), (code, error));
        Assert.Matches(@"L75\s+descent-direction\s+1\s+0\s+–\s+not tried", output);
        Assert.EndsWith("0 laws hold, 0 broken, 1 not tried\n", output, StringComparison.Ordinal);
        var document = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        Assert.Equal(("not_tried", 0, 0, 1), ((string?)document["outcome"], (int)document["held"]!, (int)document["broken"]!, (int)document["not_tried"]!));
        Assert.Equal("not_tried", (string?)document["laws"]![0]!["outcome"]);
    }

    [Fact]
    public async Task Laws_that_were_not_tried_are_told_apart_from_those_that_hold()
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "laws.json");
        var (code, output, error) = await Run("--cases", "1", "--law", "*descent-d*", "--json", file);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.EndsWith("1 law holds, 0 broken, 1 not tried\n", output, StringComparison.Ordinal);
        var document = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        Assert.Equal(("held", 1, 0, 1), ((string?)document["outcome"], (int)document["held"]!, (int)document["broken"]!, (int)document["not_tried"]!));
        Assert.Equal(LawBook.All.Count, (int)document["laws_in_all"]!);
    }

    [Theory]
    [InlineData("3", "5/8", "got shard 5/8 of 3 cases a law; use at most 3 shards, or at least 5 cases")]
    [InlineData("1", "2/2", "got shard 2/2 of 1 case a law; use at most 1 shard, or at least 2 cases")]
    public async Task A_shard_without_a_case_is_refused(string cases, string shard, string words)
    {
        var (code, output, error) = await Run("--cases", cases, "--shard", shard);
        Assert.Equal((2, string.Empty, $"tint: a shard must have a case; {words}\n"), (code, output, error));
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
        var code = await Task.Run(() => TintCommand.Run(["properties", .. arguments], Terminal.Of(output, error), []));
        return (code, output.ToString(), error.ToString());
    }
}
