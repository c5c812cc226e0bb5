using System.Text.Json;
using System.Text.Json.Nodes;
using Tint.Reference;
using Tint.Verification.Engines;
using Tint.Verification.Tests.Support;

namespace Tint.Cli.Tests;

public sealed class VerifyCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tint-").FullName;

    private static int Listed => Shipped.All.Sum(item => item.Expected.Count + item.Constructed.Count);

    private string Report => Path.Combine(_directory, "report.json");

    [Fact]
    public void Without_options_everything_that_ships_runs()
    {
        var result = Invocation.With(ReferenceEngines.All, "verify");
        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Error);
        Assert.Equal($"{Shipped.All.Count} passed, 0 failed, 0 skipped", result.OutputLines[^1]);
        var unread = Array.IndexOf(result.OutputLines, "2 tensors unread, compared in shape only: the position expansion that follows is");
        Assert.Equal("zero on every head", result.OutputLines[unread + 1]);
        Assert.All(result.OutputLines, line => Assert.InRange(line.Length, 0, 80));
        var listed = Listed;
        Assert.StartsWith($"tensors: {listed - 2} checked, 2 unread, of {listed} listed", result.OutputLines[^2], StringComparison.Ordinal);
        Assert.Equal(
            FormattableString.Invariant($"looked at {Shipped.All.Count} of {Shipped.All.Count} cases that ship, {listed - 2:N0} of {listed:N0} tensors"),
            result.OutputLines[^4]);
    }

    [Fact]
    public void The_provider_in_use_is_named_in_the_report_and_in_JSON()
    {
        var result = Invocation.Of("verify", "--filter", "LinearForward.a", "--provider", "managed", "--json", Report);
        Assert.Equal("products: managed (MathNet.Numerics 5.0.0)", result.OutputLines[^3]);
        using var document = JsonDocument.Parse(File.ReadAllText(Report));
        Assert.Equal("managed (MathNet.Numerics 5.0.0)", document.RootElement.GetProperty("provider").GetString());
    }

    [Fact]
    public void A_passing_run_prints_a_row_a_module_and_the_counts_last()
    {
        var result = Invocation.Of("verify", "--filter", "*.a", "--seed", "7");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("17 passed, 0 failed, 0 skipped", result.OutputLines[^1]);
        var tensors = Shipped.All.Where(item => item.Id.EndsWith(".a", StringComparison.Ordinal)).Sum(item => item.Expected.Count + item.Constructed.Count);
        Assert.Equal($"tensors: {tensors - 2} checked, 2 unread, of {tensors} listed; order seed 7", result.OutputLines[^2]);
        Assert.StartsWith("products: simd (", result.OutputLines[^3], StringComparison.Ordinal);
        Assert.Equal(FormattableString.Invariant($"looked at 17 of {Shipped.All.Count} cases that ship, {tensors - 2} of {Listed:N0} tensors"), result.OutputLines[^4]);
        var rows = result.OutputLines.Where(line => line.Contains("LinearForward", StringComparison.Ordinal)).Select(Words).ToArray();
        Assert.Equal(2, rows.Length);
        Assert.Equal(["LinearForward", "1", "passed"], [rows[0][0], rows[0][1], rows[0][^1]]);
        Assert.Equal(["LinearForward", "4.1e-09", "0.999", "–"], [rows[1][0], .. rows[1][2..]]);
    }

    [Fact]
    public void A_tampered_expectation_prints_place_and_command_and_exits_with_1()
    {
        using var copy = new FixtureCopy("LinearForward.a", "LinearBackward.a");
        copy.Scale("LinearForward.a", "expected.hidden_states", 1 + 1e-6);
        var result = Invocation.Of("verify", "--fixtures", copy.Directory);
        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Error);
        Assert.Equal("1 passed, 1 failed, 0 skipped", result.OutputLines[^1]);
        Assert.Contains("FAILED LinearForward.a", result.OutputLines);
        Assert.Contains(result.OutputLines, line => line.StartsWith("  first at module LinearForward, sequence ", StringComparison.Ordinal));
        Assert.Contains($"  reproduce: tint verify --fixtures {copy.Directory} --filter LinearForward.a", result.OutputLines);
        Assert.Contains($"looked at 2 of 2 cases of {copy.Directory}, ", string.Join(' ', result.OutputLines), StringComparison.Ordinal);
        Assert.DoesNotContain("FAILED LinearBackward.a", result.OutputLines);
    }

    [Fact]
    public void A_case_that_cannot_be_run_counts_as_failed_and_exits_with_2()
    {
        var broken = new StubEngine(_ => throw new RuleViolationException("a rule", "this", "that"));
        var result = Invocation.With([broken], "verify", "--filter", "LinearForward.?");
        Assert.Equal(2, result.ExitCode);
        Assert.Equal("0 passed, 1 failed, 0 skipped", result.OutputLines[^1]);
        Assert.Contains("  a rule; got this; that", result.OutputLines);
    }

    [Fact]
    public void An_engine_that_breaks_down_shows_no_stack_trace()
    {
        var broken = new StubEngine(_ => throw new InvalidOperationException("broken"));
        var result = Invocation.With([broken], "verify", "--filter", "LinearForward.?");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"  {typeof(VerifyCommandTests).FullName}.{nameof(An_engine_that_breaks_down_shows_no_stack_trace)} failed: broken", result.OutputLines);
        Assert.DoesNotContain("   at ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_other_than_the_listed_one_exits_with_2()
    {
        using var copy = new FixtureCopy("LinearForward.a");
        File.AppendAllText(copy.FileOf("LinearForward.a"), " ");
        var result = Invocation.Of("verify", "--fixtures", copy.Directory);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("ERROR LinearForward.a", result.OutputLines);
    }

    [Fact]
    public void A_missing_file_exits_with_2()
    {
        using var copy = new FixtureCopy("LinearForward.a");
        File.Delete(copy.FileOf("LinearForward.a"));
        Assert.Equal(2, Invocation.Of("verify", "--fixtures", copy.Directory).ExitCode);
    }

    [Fact]
    public void A_manifest_without_cases_is_one_line_and_exits_with_2()
    {
        using var copy = new FixtureCopy("LinearForward.a");
        copy.EditManifest(manifest => manifest["cases"] = new JsonArray());
        Refuses("verify", "--fixtures", copy.Directory);
    }

    [Fact]
    public void A_manifest_that_is_not_JSON_is_one_line_and_exits_with_2()
    {
        File.WriteAllText(Path.Combine(_directory, "manifest.json"), "{");
        Refuses("verify", "--fixtures", _directory);
    }

    [Fact]
    public void Without_engines_nothing_passes()
    {
        var result = Invocation.With([], "verify");
        Assert.Equal(2, result.ExitCode);
        Assert.Single(result.ErrorLines);
    }

    [Fact]
    public void The_JSON_report_has_the_counts_that_are_printed()
    {
        var result = Invocation.Of("verify", "--filter", "*.a", "--json", Report);
        Assert.Equal(0, result.ExitCode);
        using var document = JsonDocument.Parse(File.ReadAllText(Report));
        Assert.Equal(17, document.RootElement.GetProperty("passed").GetInt32());
        Assert.Equal(17, document.RootElement.GetProperty("cases").GetArrayLength());
        var set = document.RootElement.GetProperty("set");
        Assert.Equal(JsonValueKind.Null, set.GetProperty("directory").ValueKind);
        Assert.Equal(
            (Shipped.All.Count, Listed, 17), (set.GetProperty("cases").GetInt32(), set.GetProperty("tensors").GetInt32(), set.GetProperty("cases_judged").GetInt32()));
        Assert.Single(Directory.GetFiles(_directory));
    }

    [Fact]
    public void The_JSON_report_compares_every_module_in_four_ways()
    {
        Invocation.Of("verify", "--filter", "TinT.gpt2.one_step", "--json", Report);
        using var document = JsonDocument.Parse(File.ReadAllText(Report));
        var module = document.RootElement.GetProperty("modules")[0];
        foreach (var section in new[] { "construction_fixture", "construction_simulation", "simulation_truth", "truth_autograd" })
        {
            var summary = module.GetProperty(section);
            Assert.True(summary.GetProperty("compared").GetInt32() > 0, section);
            Assert.Equal(0, summary.GetProperty("failed").GetInt32());
            Assert.InRange(summary.GetProperty("ratio").GetDouble(), 0, 1);
            Assert.Equal("TinT.gpt2.one_step", summary.GetProperty("worst_case").GetString());
        }

        var updates = document.RootElement.GetProperty("cases")[0].GetProperty("updates");
        Assert.Equal(3, updates.GetArrayLength());
        Assert.All(updates.EnumerateArray(), update => Assert.InRange(update.GetProperty("cosine").GetDouble(), -1, 1));
    }

    [Fact]
    public void The_page_is_written_and_the_table_of_layers_printed()
    {
        var page = Path.Combine(_directory, "report.html");
        var result = Invocation.Of("verify", "--filter", "TinT.opt.wide", "--html", page);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(result.OutputLines, line => line.TrimStart().StartsWith("3 below", StringComparison.Ordinal));
        Assert.StartsWith("<!doctype html>", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public void A_failing_run_writes_its_report_too()
    {
        var broken = new StubEngine(_ => throw new RuleViolationException("a rule", "this", "that"));
        Assert.Equal(2, Invocation.With([broken], "verify", "--filter", "LinearForward.?", "--json", Report).ExitCode);
        using var document = JsonDocument.Parse(File.ReadAllText(Report));
        Assert.Equal((0, 1), (document.RootElement.GetProperty("passed").GetInt32(), document.RootElement.GetProperty("failed").GetInt32()));
    }

    [Fact]
    public void A_report_that_cannot_be_written_is_refused_before_any_case_runs()
    {
        var ran = false;
        var engine = new StubEngine(_ =>
        {
            ran = true;
            return new Dictionary<string, ComputedTensor>();
        });
        foreach (var path in new[] { _directory, Path.Combine(_directory, "none", "report.json") })
        {
            foreach (var option in new[] { "--json", "--html" })
            {
                var result = Invocation.With([engine], "verify", option, path);
                Assert.Equal(2, result.ExitCode);
                Assert.Equal(
                    $"tint: '{path}' must be a file that can be written", Assert.Single(result.ErrorLines).Split(';')[0]);
            }
        }

        Assert.False(ran);
    }

    [Fact]
    public void A_filter_that_matches_nothing_leaves_an_old_report_alone()
    {
        File.WriteAllText(Report, "old");
        Refuses("verify", "--filter", "nothing", "--json", Report);
        Assert.Equal("old", File.ReadAllText(Report));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static void Refuses(params string[] arguments)
    {
        var result = Invocation.Of(arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Single(result.ErrorLines);
    }

    private static string[] Words(string row) => row.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
