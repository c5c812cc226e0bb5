using System.Globalization;
using System.Text.Json;

namespace Tint.Cli.Tests;

public sealed class CancellationTests : IDisposable
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(1.5);

    /// <summary>Two seconds are promised; the rest is for a machine that runs all test projects at once.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2 + 8);

    private readonly string _directory = Directory.CreateTempSubdirectory("tint-").FullName;

    public static TheoryData<string, string, string> Verbs { get; } = new()
    {
        { "INT", "mutants --markdown FILE", "trials of a mutant ended" },
        { "TERM", "verify --html FILE", " cases ran" },
        { "HUP", "properties --cases 100000 --save FILE", " cases were tried" },
        { "INT", "bench --shape gpt2-medium --layers 4", "stages of the step ended" },
    };

    [Theory]
    [MemberData(nameof(Verbs))]
    public void A_signal_ends_a_run_soon_with_what_is_known_and_exit_code_2(string signal, string words, string extent)
    {
        var result = TintProcess.Signalled(TimeSpan.FromSeconds(3), [signal], Arguments(words));
        Assert.Equal(2, result.ExitCode);
        var complaint = Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.StartsWith("tint: cancelled", complaint, StringComparison.Ordinal);

        // A machine too busy to print what is known in the time promised gives it up.
        Assert.True(complaint.Contains(extent, StringComparison.Ordinal) || result.AfterSignal > Promised, complaint);
        Assert.DoesNotContain("Exception", result.Output + result.Error, StringComparison.Ordinal);
        Assert.True(result.AfterSignal < Longest, $"{words}: {result.AfterSignal}");
        Assert.Empty(Directory.GetFileSystemEntries(_directory));
    }

    [Fact]
    public void A_second_signal_ends_a_run_at_once_and_nothing_stays_behind()
    {
        var result = TintProcess.Signalled(TimeSpan.FromSeconds(3), ["INT", "INT"], Arguments("mutants --markdown FILE"));
        Assert.Equal(2, result.ExitCode);
        Assert.True(result.AfterSignal < Longest, $"{result.AfterSignal}");
        Assert.Empty(Directory.GetFileSystemEntries(_directory));
    }

    /// <summary>At whatever moment the signal comes, before the program listens included. <c>TINT_FUZZ_CASES</c> sets how many are tried.</summary>
    [Fact]
    public void A_signal_at_any_time_leaves_nothing_half_written_and_no_trace_of_the_program()
    {
        var cases = int.TryParse(Environment.GetEnvironmentVariable("TINT_FUZZ_CASES"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : 4;
        var random = new Random(cases);
        string[] verbs = ["list --json FILE", "verify --filter Linear* --json FILE", "properties --law L0? --cases 50 --json FILE", "params --json FILE"];
        for (var i = 0; i < cases; i++)
        {
            var (words, signal) = (verbs[i % verbs.Length], new[] { "INT", "TERM", "HUP", "QUIT" }[random.Next(4)]);
            var result = TintProcess.Signalled(TimeSpan.FromMilliseconds(random.Next(1500)), [signal], Arguments(words));

            // It listens and says so, it had ended, or the system ended it before it listened.
            Assert.True(result.ExitCode is 2 or 0 or > 128, $"{words}, {signal}: {result.ExitCode} {result.Error}");
            Assert.True(result.AfterSignal < Longest, $"{words}: {result.AfterSignal}");
            Assert.DoesNotContain("Exception", result.Output + result.Error, StringComparison.Ordinal);
            foreach (var file in Directory.GetFiles(_directory))
            {
                Assert.Equal("output", Path.GetFileName(file));
                using var whole = JsonDocument.Parse(File.ReadAllBytes(file));
                File.Delete(file);
            }
        }
    }

    [Fact]
    public void Verbs_that_were_cancelled_before_they_began_say_so()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        foreach (var words in new[] { "verify", "properties", "mutants", "bench --shape tiny" })
        {
            using StringWriter output = new(), error = new();
            var code = TintCommand.Run([.. words.Split(' '), "--json", Path.Combine(_directory, "a.json")], Terminal.Of(output, error), [], source.Token);
            Assert.Equal(2, code);
            Assert.Contains("cancelled", Assert.Single(error.ToString().TrimEnd().Split('\n')), StringComparison.Ordinal);
            Assert.Empty(Directory.GetFileSystemEntries(_directory));
        }
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string[] Arguments(string words) => words.Replace("FILE", Path.Combine(_directory, "output"), StringComparison.Ordinal).Split(' ');
}
