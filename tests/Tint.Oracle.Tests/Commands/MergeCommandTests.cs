using System.Text.Json.Nodes;
using Tint.Cli.Tests;

namespace Tint.Oracle.Tests.Commands;

public sealed class MergeCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tint-merge-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Shards_together_are_exactly_one_run()
    {
        var whole = Run("1/1", "whole.json");
        var parts = Enumerable.Range(1, 3).Select(shard => Run($"{shard}/3", $"part{shard}.json")).ToArray();
        var merged = Path.Combine(_folder, "merged.json");
        var result = Invocation.Of(["merge", .. parts.Reverse(), "--json", merged]);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(File.ReadAllText(whole), File.ReadAllText(merged));
    }

    [Fact]
    public void Gaps_overlaps_mixed_parts_and_other_files_are_refused()
    {
        var (one, two) = (Run("1/2", "one.json"), Run("2/2", "two.json"));
        Assert.Contains("no shard 2/2", Refused(one), StringComparison.Ordinal);
        Assert.Contains("overlap", Refused(one, two, one), StringComparison.Ordinal);
        Assert.Contains("the same seed", Refused(one, Changed(two, "seed", 9)), StringComparison.Ordinal);
        Assert.Contains("the same version", Refused(one, Changed(two, "version", "0.9")), StringComparison.Ordinal);
        Assert.Contains("all cases of its shard", Refused(one, Changed(two, "cases", 1)), StringComparison.Ordinal);
        Assert.Contains("i/n", Refused(one, Changed(two, "shard", "two")), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_folder, "other.json"), "[]");
        Assert.Contains("tint properties --json", Refused(Path.Combine(_folder, "other.json")), StringComparison.Ordinal);
        Assert.Contains("no such file", Refused(Path.Combine(_folder, "none.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Shards_of_an_evaluation_together_are_one_run_but_for_times()
    {
        var whole = Evaluate("1/1", "whole.json");
        string[] parts = [Evaluate("1/2", "one.json"), Evaluate("2/2", "two.json")];
        var merged = Path.Combine(_folder, "merged.json");
        var result = Invocation.Of(["merge", .. parts, "--json", merged]);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(Numbers(whole), Numbers(merged));
        Assert.Contains("no shard 2/2", Refused(parts[0]), StringComparison.Ordinal);
        Assert.Contains("overlap", Refused(parts[0], parts[1], parts[0]), StringComparison.Ordinal);
        Assert.Contains("the same version", Refused(parts[0], Changed(parts[1], "version", "0.9")), StringComparison.Ordinal);
        Assert.Contains("settings", Refused(parts[0], Changed(parts[1], "question", "another")), StringComparison.Ordinal);
        Assert.Contains("all windows", Refused(parts[0], Changed(parts[1], "windows", new JsonArray())), StringComparison.Ordinal);
        Assert.Contains("tint evaluate --json", Refused(parts[0], Run("2/2", "laws.json")), StringComparison.Ordinal);

        static string Numbers(string file)
        {
            var document = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
            foreach (var name in new[] { "seconds", "peak_gib", "parallel_windows" })
            {
                Assert.True(document.Remove(name));
            }

            return document.ToJsonString();
        }
    }

    [Theory]
    [InlineData("{\"windows_in_all\": 3,\n", "instead reached end of data, in line 2, byte 1;")]
    [InlineData("{\"windows_in_all\": 3, \"windows\": 5}", "'tint evaluate --json' wrote; got a value of another kind at $.windows, in line 1, byte 35;")]
    [InlineData("{\"tests_in_all\": 3,\n \"tests\": [1.5]}", "'tint classify --json' wrote; got a value of another kind at $.tests[0], in line 2,")]
    [InlineData("{\"tests_in_all\": 3}", "'tint classify --json' wrote; got no answer to every test, or no shard;")]
    [InlineData("{\"version\": \"1\"}", "wrote; got no 'implementation', 'seed', ")]
    [InlineData("null", "wrote; got null;")]
    public void What_is_no_part_is_refused_in_words_with_the_line_as_editors_count_it(string text, string words)
    {
        var file = Path.Combine(_folder, "part.json");
        File.WriteAllText(file, text);
        var line = Refused(file);
        Assert.Contains(words, line, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", line, StringComparison.Ordinal);
        Assert.Contains("a folder", Refused(_folder), StringComparison.Ordinal);
    }

    private string Evaluate(string shard, string name)
    {
        var file = Path.Combine(_folder, name);
        var result = Invocation.Of(
            "evaluate", "--methods", "vanilla,dynamic", "--fractions", "0.5", "--windows", "2", "--window", "16", "--dynamic-rates", "0.1,0.01", "--memory", "2", "--shard", shard, "--json", file);
        Assert.True(result.ExitCode == 0, result.Error);
        return file;
    }

    private static string Refused(params string[] files)
    {
        var result = Invocation.Of(["merge", .. files]);
        Assert.Equal(2, result.ExitCode);
        return Assert.Single(result.ErrorLines);
    }

    private string Run(string shard, string name)
    {
        var file = Path.Combine(_folder, name);
        Assert.Equal(0, Invocation.Of(
            "properties", "--law", "L0?", "--cases", "4", "--seed", "2", "--implementation", "simulation", "--shard", shard, "--json", file).ExitCode);
        return file;
    }

    private string Changed(string file, string field, JsonNode value)
    {
        var document = JsonNode.Parse(File.ReadAllText(file))!;
        document[field] = value;
        var changed = Path.Combine(_folder, "changed.json");
        File.WriteAllText(changed, document.ToJsonString());
        return changed;
    }
}
