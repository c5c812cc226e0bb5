using System.Text.Json;

namespace Tint.Cli.Tests;

public sealed class TrainAndEvaluateCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tint-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_model_is_trained_on_a_users_text_and_evaluated_there()
    {
        string text = At("text.txt"), model = At("model"), json = At("loss.json"), svg = At("loss.svg"), results = At("results.json"), page = At("results.html");
        File.WriteAllText(text, string.Concat(Enumerable.Repeat("The cat sat on the mat, and the dog sat on the log.\n", 40)));
        var trained = Invocation.Of(
            "train", "--out", model, "--text", text, "--width", "12", "--heads", "2", "--layers", "1", "--window", "32", "--steps", "4", "--batch", "2", "--json", json, "--svg", svg);
        Assert.Equal((0, string.Empty), (trained.ExitCode, trained.Error));
        using var losses = JsonDocument.Parse(File.ReadAllText(json));
        Assert.Equal(4, losses.RootElement.GetProperty("losses").GetArrayLength());
        Assert.StartsWith("<svg", File.ReadAllText(svg), StringComparison.Ordinal);

        var evaluated = Invocation.Of("evaluate", "--model", model, "--text", text, "--windows", "2", "--rates", "0.01", "--dynamic-rates", "0.1", "--json", results, "--html", page);
        Assert.Equal((0, string.Empty), (evaluated.ExitCode, evaluated.Error));
        Assert.Contains(evaluated.OutputLines, static line => line.StartsWith("trained on 0.5 of a window, TinT (paper) is ", StringComparison.Ordinal));
        using var document = JsonDocument.Parse(File.ReadAllText(results));
        Assert.Equal(
            ["vanilla", "dynamic", "published", "paper", "faithful"],
            document.RootElement.GetProperty("chosen").EnumerateArray().Select(static point => point.GetProperty("method").GetString()));
        Assert.Contains("<svg", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_are_compared_and_drawn()
    {
        string json = At("diff.json"), page = At("diff.html");
        var result = Invocation.Of("diff", "--scales", "1000", "--departures", "paper", "--window", "24", "--layers", "2", "--json", json, "--html", page);
        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        using var document = JsonDocument.Parse(File.ReadAllText(json));
        var layers = document.RootElement.GetProperty("points")[0].GetProperty("layers");
        Assert.Equal(3, layers.GetArrayLength());
        Assert.InRange(layers[0].GetProperty("gradient_error").GetDouble(), 0, layers[0].GetProperty("certificate").GetDouble());
        Assert.Contains("<rect", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public void The_task_by_rule_is_classified()
    {
        var result = Invocation.Of("classify", "--tests", "2", "--shots", "2", "--seeds", "1", "--methods", "vanilla,paper", "--rates", "0.001", "--losses", "label_only", "--json", At("c.json"));
        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        using var document = JsonDocument.Parse(File.ReadAllText(At("c.json")));
        Assert.Equal(2, document.RootElement.GetProperty("results").GetArrayLength());
    }

    [Fact]
    public void Shards_of_a_classification_join_to_the_whole()
    {
        string[] ask = ["classify", "--tests", "4", "--shots", "2", "--seeds", "1", "--methods", "vanilla,faithful", "--rates", "0.001"];
        foreach (var (name, more) in new (string, string[])[] { ("whole", []), ("1", ["--shard", "1/2"]), ("2", ["--shard", "2/2", "--journal", At("j")]), ("2", ["--shard", "2/2", "--journal", At("j")]) })
        {
            var part = Invocation.Of([.. ask, .. more, "--json", At(name)]);
            Assert.Equal((0, string.Empty), (part.ExitCode, part.Error));
        }

        var merged = Invocation.Of("merge", At("2"), At("1"), "--json", At("merged"), "--html", At("page"));
        Assert.Equal((0, string.Empty), (merged.ExitCode, merged.Error));
        Assert.Equal(File.ReadAllText(At("whole")), File.ReadAllText(At("merged")));
        Assert.Contains("TinT, faithful", File.ReadAllText(At("page")), StringComparison.Ordinal);
        Assert.Contains("parts must leave no gap", Assert.Single(Invocation.Of("merge", At("1")).ErrorLines), StringComparison.Ordinal);
        Assert.Contains("parts must not overlap", Assert.Single(Invocation.Of("merge", At("1"), At("1")).ErrorLines), StringComparison.Ordinal);
        Assert.Contains("journal of this experiment", Assert.Single(Invocation.Of([.. ask, "--steps", "2", "--journal", At("j")]).ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("bloom")]
    public void A_model_of_any_family_is_compared_with_every_SGD(string family)
    {
        string text = At("text.txt"), model = At("model");
        File.WriteAllText(text, string.Concat(Enumerable.Repeat("The cat sat on the mat, and the dog sat on the log.\n", 40)));
        Assert.Equal(0, Invocation.Of(
            "train", "--out", model, "--family", family, "--text", text, "--width", "12", "--heads", "2", "--layers", "1", "--window", "32", "--steps", "2", "--batch", "2").ExitCode);
        var evaluated = Invocation.Of(
            "evaluate", "--model", model, "--text", text, "--windows", "1", "--methods", "vanilla,sgd,sgd-values,sgd-stopped,paper", "--rates", "0.01", "--json", At("e"));
        Assert.Equal((0, string.Empty), (evaluated.ExitCode, evaluated.Error));
        using var document = JsonDocument.Parse(File.ReadAllText(At("e")));
        var losses = document.RootElement.GetProperty("chosen").EnumerateArray().ToDictionary(
            static point => point.GetProperty("method").GetString()!, static point => point.GetProperty("perplexity").GetDouble());
        Assert.Equal(losses["sgd_stopped"], losses["paper"], 1e-3 * Math.Abs(losses["vanilla"] - losses["paper"]));
        Assert.NotEqual(losses["sgd"], losses["sgd_stopped"]);
        var compared = Invocation.Of("diff", "--model", model, "--text", text, "--window", "16", "--scales", "1000", "--departures", "paper");
        Assert.Equal((0, string.Empty), (compared.ExitCode, compared.Error));
    }

    [Theory]
    [InlineData("a shard must have a test", "classify", "--tests", "2", "--shard", "9/9")]
    [InlineData("--departures must be known", "diff", "--departures", "guess")]
    [InlineData("--layers must be numbers", "diff", "--layers", "9")]
    [InlineData("must be given together", "classify", "--task", "sst2")]
    [InlineData("--task must be known", "classify", "--task", "guess", "--train", "NONE", "--test", "NONE")]
    [InlineData("--shots must be a multiple", "classify", "--shots", "3")]
    [InlineData("--losses must be known", "classify", "--losses", "guess")]
    [InlineData("a family must be known; got 'gpt9'", "train", "--out", "OUT", "--family", "gpt9")]
    [InlineData("text must be a file or a folder", "train", "--out", "OUT", "--text", "NONE")]
    [InlineData("a model must be a folder", "evaluate", "--model", "NONE")]
    [InlineData("--methods must be known", "evaluate", "--methods", "guess")]
    [InlineData("a train fraction must leave", "evaluate", "--fractions", "1", "--windows", "1")]
    [InlineData("--window must not exceed", "evaluate", "--window", "300")]
    [InlineData("a learning rate must be above 0", "evaluate", "--rates", "-1", "--windows", "1")]
    [InlineData("--layers must not exceed", "evaluate", "--layers", "9", "--windows", "1")]
    [InlineData("one window must fit", "evaluate", "--memory", "0.001")]
    [InlineData("a shard must have a window", "evaluate", "--windows", "1", "--shard", "9/9")]
    [InlineData("--engine must be known", "evaluate", "--engine", "guess")]
    [InlineData("--rates must be different finite numbers", "evaluate", "--rates", "1,x")]
    public void What_cannot_be_used_is_refused_in_one_line(string words, params string[] arguments)
    {
        var result = Invocation.Of([.. arguments.Select(word => word is "OUT" or "NONE" ? At(word) : word)]);
        Assert.Equal((2, string.Empty), (result.ExitCode, result.Output));
        Assert.Contains(words, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.False(Directory.Exists(At("OUT")));
    }

    private string At(string name) => Path.Combine(_directory, name);
}
