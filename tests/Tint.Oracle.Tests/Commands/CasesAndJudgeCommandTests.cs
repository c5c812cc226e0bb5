using System.Text.Json;
using Tint.Cli.Tests;
using Tint.Fixtures;
using Tint.Fixtures.Safetensors;
using Tint.Oracle.Cases;
using Tint.Oracle.Tests.Support;
using Tint.Reference.Configuration;

namespace Tint.Oracle.Tests.Commands;

[Collection(FreshSet.Name)]
public sealed class CasesAndJudgeCommandTests(FreshSet set) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tint-oracle-commands-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_same_seed_gives_the_same_bytes_on_one_thread_as_on_all_and_another_seed_others()
    {
        string[] Make(string name, int seed)
        {
            var (folder, shape) = (Path.Combine(_folder, name), CaseShape.Parse("4/2/1/5/3"));
            CaseSetWriter.Write(
                folder,
                [
                    .. ModelSuite.Drafts(shape, string.Empty, AuxiliaryFamily.Opt, seed, "float64", Departures.Published, count: 1),
                    .. ModuleSuite.Drafts(shape, "a", seed, "float32", Departures.Published, options: false).Take(8),
                ],
                "a test",
                () => { },
                CancellationToken.None);
            return [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file =>
                $"{Path.GetFileName(file)} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}")];
        }

        var threads = MathNet.Numerics.Control.MaxDegreeOfParallelism;
        var first = Make("first", 3);
        try
        {
            MathNet.Numerics.Control.MaxDegreeOfParallelism = 1;
            Assert.Equal(first, Make("again", 3));
        }
        finally
        {
            MathNet.Numerics.Control.MaxDegreeOfParallelism = threads;
        }

        Assert.Empty(first.Intersect(Make("other", 4)));
    }

    [Fact]
    public void Fresh_cases_and_their_steps_pass_verification()
    {
        Assert.Equal(0, Invocation.Of("verify", "--fixtures", set.Cases).ExitCode);
        var steps = Path.Combine(_folder, "steps");
        Assert.Equal(0, Invocation.Of("cases", "steps", "--cases", set.Cases, "--filter", "TinT.gpt2.one_step", "--out", steps).ExitCode);
        var verified = Invocation.Of("verify", "--fixtures", steps);
        Assert.True(verified.ExitCode == 0, verified.Output);
        Assert.Contains(FixtureManifest.Load(steps).Cases, item =>
            item.Id == "TinT.gpt2.one_step.backward0.layer1.attention.output" && item.Module == "LinearBackward");
    }

    [Fact]
    public void A_judgement_says_what_it_looked_at_who_is_who_and_ends_in_an_exit_code()
    {
        var tensors = set.Tensors("LinearForward.a");
        Answer("LinearForward.a", tensors["expected.hidden_states"]);
        var right = Invocation.Of("judge", "--cases", set.Cases, "--answers", _folder, "--name", "mine");
        Assert.Equal(0, right.ExitCode);
        Assert.Contains("1 of 17 cases", right.Output, StringComparison.Ordinal);
        Assert.Contains("not covered: LinearBackward (1)", right.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("mine: 1 of 1 judged cases agree", right.Output, StringComparison.Ordinal);

        var (shape, values) = tensors["expected.hidden_states"];
        Answer("LinearForward.a", (shape, Array.ConvertAll(values, value => value * 2)));
        var file = Path.Combine(_folder, "verdict.json");
        var wrong = Invocation.Of("judge", "--cases", set.Cases, "--answers", _folder, "--json", file, "--html", Path.Combine(_folder, "verdict.html"));
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("  yours ", wrong.Output, StringComparison.Ordinal);
        Assert.Contains(", reference ", wrong.Output, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        var judged = document.RootElement.GetProperty("judged")[0];
        Assert.Equal(("LinearForward.a", false), (judged.GetProperty("id").GetString(), judged.GetProperty("agrees").GetBoolean()));
        Assert.Contains("LinearForward.a", File.ReadAllText(Path.Combine(_folder, "verdict.html")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("judge", "--answers", "no such folder")]
    [InlineData("judge")]
    [InlineData("cases", "new", "--suite", "nothing", "--out", "x")]
    [InlineData("cases", "new", "--suite", "models", "--out", "x", "--shapes", "7")]
    [InlineData("cases", "new", "--suite", "models", "--out", "x", "--shapes", "24/5")]
    [InlineData("cases", "new", "--suite", "models", "--out", "x", "--dtype", "float16")]
    [InlineData("cases", "new", "--suite", "modules", "--out", "x", "--family", "opt")]
    [InlineData("cases", "new", "--suite", "models", "--out", "x", "--family", "gpt5")]
    [InlineData("cases", "steps", "--filter", "LinearForward.*", "--out", "x")]
    public void Bad_input_is_one_line_and_leaves_nothing(params string[] words)
    {
        var result = Invocation.Of([.. words.Select(word => word is "x" or "no such folder" ? Path.Combine(_folder, word) : word)]);
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("tint: ", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void A_folder_with_files_takes_no_cases()
    {
        File.WriteAllText(Path.Combine(_folder, "mine.txt"), "mine");
        var result = Invocation.Of("cases", "new", "--suite", "modules", "--out", _folder);
        Assert.Equal(2, result.ExitCode);
        Assert.Equal("mine.txt", Path.GetFileName(Assert.Single(Directory.EnumerateFileSystemEntries(_folder))));
    }

    private void Answer(string id, (int[] Shape, double[] Values) tensor) => SafetensorsWriter.Write(
        Path.Combine(_folder, $"{id}.safetensors"),
        [new SafetensorsTensor("hidden_states", SafetensorsDataType.F64, [.. tensor.Shape.Select(size => (long)size)], tensor.Values)]);
}
