using System.Text.Json;
using Tint.Verification.Tests.Support;

namespace Tint.Cli.Tests;

public sealed class ExampleAndDeparturesCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tint-").FullName;

    private string Json => Path.Combine(_directory, "numbers.json");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void The_example_is_printed_and_written()
    {
        var result = Invocation.Of("example", "--json", Json);
        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        Assert.Contains("the token's signal is (109, 140, 171, 202, 233, 264)", result.OutputLines);
        using var document = JsonDocument.Parse(File.ReadAllText(Json));
        Assert.Equal([109, 140, 171, 202, 233, 264], document.RootElement.GetProperty("signal").EnumerateArray().Select(number => number.GetDouble()));
    }

    [Fact]
    public void Departures_are_printed_and_written_with_what_was_looked_at()
    {
        var result = Invocation.Of("departures", "--filter", "TinT.*.train_on_all", "--json", Json);
        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        var all = Shipped.Cases.Count(Tint.Verification.Departing.DepartureSizes.IsMeasured);
        Assert.Equal($"looked at 2 of {all} whole models that take a step", result.OutputLines[^1]);
        Assert.Contains(result.OutputLines, line => line.TrimStart().StartsWith("V4 ", StringComparison.Ordinal) && line.Contains("11 %", StringComparison.Ordinal));
        Assert.Equal(["V1 all", "V1 q, k"], result.OutputLines.Take(20).Where(line => line.Contains("V1", StringComparison.Ordinal)).Take(2).Select(line => line.Trim()[..7].Trim()));
        using var document = JsonDocument.Parse(File.ReadAllText(Json));
        Assert.Equal(2, document.RootElement.GetProperty("cases").GetArrayLength());
        var last = document.RootElement.GetProperty("departures").EnumerateArray().Single(size => size.GetProperty("label").GetString() == "V4");
        Assert.Equal("TinT.gpt2.train_on_all", last.GetProperty("largest_case").GetString());
    }

    [Fact]
    public void What_a_faithful_TinT_takes_is_printed_and_written()
    {
        var result = Invocation.Of("faithful", "--filter", "TinT.gpt2.mean_embedding_loss", "--json", Json);
        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        Assert.StartsWith("looked at 1 of", result.OutputLines[^1], StringComparison.Ordinal);
        using var document = JsonDocument.Parse(File.ReadAllText(Json));
        var angles = document.RootElement.GetProperty("ingredients").EnumerateArray().ToDictionary(
            item => item.GetProperty("name").GetString()!, item => item.GetProperty("angle").GetDouble());
        Assert.InRange(angles["faithful"], 0, 1e-12);
        Assert.True(angles["published"] > 1e-3);
        Assert.Equal(12, document.RootElement.GetProperty("curves").GetArrayLength());
    }

    [Fact]
    public void Departures_of_no_whole_model_are_refused()
    {
        var result = Invocation.Of("departures", "--filter", "Linear*");
        Assert.Equal((2, string.Empty), (result.ExitCode, result.Output));
        Assert.StartsWith("tint: departures are measured on whole models that take a step; got none among", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }
}
