using System.Text.Json;

namespace Tint.Cli.Tests;

public sealed class OutputTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tint-").FullName;

    private string Target => Path.Combine(_directory, "a.json");

    [Theory]
    [InlineData("tint list | head -1; exit 0", 0, "")]
    [InlineData("tint list >&-", 2, "tint: standard output must be open and have room")]
    [InlineData("tint list >/dev/full", 2, "tint: standard output must be open and have room")]
    [InlineData("tint list --filter nothing 2>/dev/full", 2, "")]
    [InlineData("tint list --filter nothing 2>&-", 2, "")]
    [InlineData("tint list >/dev/full 2>/dev/full", 2, "")]
    [InlineData("tint list >&- 2>&-", 2, "")]
    [InlineData("tint params --json /dev/full >/dev/null", 2, "tint: --json: '/dev/full' must be a file that can be written; got No space left on device")]
    public void A_stream_that_is_closed_or_full_aborts_nothing(string line, int exitCode, string complaint)
    {
        var result = TintProcess.InShell(line);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.StartsWith(complaint, result.Error, StringComparison.Ordinal);
        Assert.Equal(complaint.Length == 0 ? 0 : 1, result.Error.Count(character => character == '\n'));
    }

    /// <summary>20 MiB of managed memory; a model of four layers takes more.</summary>
    [Fact]
    public void A_run_that_is_out_of_memory_says_so_in_one_line()
    {
        var result = TintProcess.InShell("tint verify --filter TinT.opt.wide", ("DOTNET_GCHeapHardLimit", "0x1400000"));
        var said = Assert.Single((result.Output + result.Error).Split('\n'), line => line.Contains("there must be room for what is computed", StringComparison.Ordinal));
        Assert.Equal((2, true), (result.ExitCode, said.Contains("use a smaller shape or fewer tokens, or more memory", StringComparison.Ordinal)));
        Assert.DoesNotContain("Exception", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MKL")]
    [InlineData("no such thing")]
    public void What_the_environment_asks_of_the_linear_algebra_library_stops_no_verb(string provider)
    {
        foreach (var verb in new[] { "verify --filter LinearForward.a --provider managed", "list --filter LinearForward.a" })
        {
            var result = TintProcess.InShell($"tint {verb}", ("MathNetNumericsLAProvider", provider));
            Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        }
    }

    [Theory]
    [InlineData("a.json", "./a.json")]
    [InlineData("a.json", "../{0}/a.json")]
    [InlineData("a.json", "link/a.json")]
    [InlineData("a.json", "other.json")]
    [InlineData("-", "-")]
    public void Two_outputs_in_one_place_are_refused_whatever_it_is_called(string one, string other)
    {
        Directory.CreateSymbolicLink(Path.Combine(_directory, "link"), _directory);
        File.CreateSymbolicLink(Path.Combine(_directory, "other.json"), Target);
        string Place(string name) => name == "-" ? name
            : $"{_directory}/{string.Format(System.Globalization.CultureInfo.InvariantCulture, name, Path.GetFileName(_directory))}";
        var result = Invocation.Of("verify", "--json", Place(one), "--html", Place(other));
        Assert.Equal((2, string.Empty), (result.ExitCode, result.Output));
        Assert.StartsWith("tint: two outputs must go to different places; got '", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Contains(" for --json and --html;", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Nowhere_takes_every_output() =>
        Assert.Equal(0, Invocation.Of("verify", "--filter", "LinearForward.a", "--json", "/dev/null", "--html", "/dev/null").ExitCode);

    [Fact]
    public void A_dash_is_standard_output_and_the_report_goes_to_standard_error()
    {
        var result = Invocation.Of("verify", "--filter", "LinearForward.a", "--json", "-");
        Assert.Equal(0, result.ExitCode);
        using var document = JsonDocument.Parse(result.Output);
        Assert.Equal(1, document.RootElement.GetProperty("passed").GetInt32());
        Assert.Contains("1 passed, 0 failed", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_whose_file_cannot_be_written_still_prints_its_report()
    {
        var result = Invocation.Of("verify", "--filter", "LinearForward.a", "--json", "/dev/full", "--html", Target);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("1 passed, 0 failed", result.Output, StringComparison.Ordinal);
        Assert.StartsWith("tint: --json: '/dev/full' must be a file that can be written", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.True(File.Exists(Target));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
