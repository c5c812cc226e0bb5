using System.Text.Json;
using Tint.Fixtures;
using Tint.Verification;
using Tint.Verification.Tests.Support;

namespace Tint.Cli.Tests;

public class ListCommandTests
{
    [Fact]
    public void Lists_every_shipped_case_on_a_line_of_its_own()
    {
        var result = Invocation.Of("list");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal($"{Shipped.All.Count} cases that ship", result.OutputLines[^1]);
        Assert.All(Shipped.All, item => Assert.Single(
            result.OutputLines, line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() == item.Id));
    }

    [Fact]
    public void A_line_has_module_type_and_shapes()
    {
        var result = Invocation.Of("list", "--filter", "TinT.opt.wide");
        Assert.Equal($"1 of {Shipped.All.Count} cases that ship", result.OutputLines[^1]);
        var line = Assert.Single(result.OutputLines, line => line.Contains("TinT.opt.wide", StringComparison.Ordinal));
        Assert.Equal(
            ["TinT.opt.wide", "TinT", "float64", "48/6/4", "→", "192/8/16"], line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..6]);
    }

    [Theory]
    [InlineData("llama", 3)]
    [InlineData("gpt2", 21)]
    [InlineData("t5", 2)]
    public void A_family_s_cases_alone_are_listed_on_request(string family, int count)
    {
        var lines = Invocation.Of("list", "--family", family).OutputLines;
        Assert.Equal($"{count} of {Shipped.All.Count} cases that ship", lines[^1]);
        Assert.Equal(count, lines.Count(line => line.Contains($".{family}", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("lama", "a family must be known; got 'lama'; use one of gpt2, opt, llama")]
    [InlineData("mistral", "a family must have at least one case; got none of mistral among")]
    public void A_family_that_has_no_case_is_refused_with_those_that_have(string family, string line)
    {
        var result = Invocation.Of("list", "--family", family);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(line, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_shipped_case_has_its_flags_as_notes_and_says_on_request_what_they_mean()
    {
        var notes = FixtureNotes.LoadShipped();
        var lines = Invocation.Of("list").OutputLines;
        Assert.All(Shipped.All, item => Assert.Single(lines, line =>
            line.TrimStart().StartsWith(item.Id + " ", StringComparison.Ordinal)
            && line.Contains(string.Join(", ", notes.Of(item.Id).Select(flag => flag.Name)), StringComparison.Ordinal)));
        var explained = string.Join(' ', Invocation.Of("list", "--filter", "LinearForward.a", "--flags").OutputLines.Select(line => line.Trim()));
        Assert.All(notes.Of("LinearForward.a"), flag => Assert.Contains(
            $"{flag.Name} holds: {flag.Description} catches: {flag.Bug} effect: {flag.Effect}", explained, StringComparison.Ordinal));
    }

    [Fact]
    public void The_JSON_has_every_case_and_what_its_flags_mean()
    {
        using var directory = new FixtureCopy("LinearForward.a");
        var file = Path.Combine(directory.Directory, "list.json");
        Assert.Equal(0, Invocation.Of("list", "--filter", "Linear*.a", "--json", file).ExitCode);
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        Assert.Equal(Shipped.All.Count, document.RootElement.GetProperty("cases_in_set").GetInt32());
        var cases = document.RootElement.GetProperty("cases");
        Assert.Equal(CaseFilter.Select(Shipped.All, "Linear*.a").Select(item => item.Id), cases.EnumerateArray().Select(item => item.GetProperty("id").GetString()));
        Assert.Equal(
            (24, 10.0), (cases[0].GetProperty("config").GetProperty("aux_hidden_size").GetInt32(), cases[0].GetProperty("config").GetProperty("gate_scale").GetDouble()));
        var flag = cases[0].GetProperty("flags")[0].GetString()!;
        Assert.NotEmpty(document.RootElement.GetProperty("flags").GetProperty(flag).GetProperty("bug").GetString()!);
    }

    [Theory]
    [InlineData("a\nPASSED everything", @"a\u000aPASSED everything")]
    [InlineData("\u001b[31ma", @"\u001b[31ma")]
    [InlineData("[red]a[/]", "[red]a[/]")]
    public void An_id_stays_on_its_line(string id, string shown)
    {
        using var copy = new FixtureCopy("LinearForward.a");
        copy.EditManifest(manifest => manifest["cases"]![0]!["id"] = id);
        Assert.Single(
            Invocation.Of("list", "--fixtures", copy.Directory).OutputLines, line => line.Trim().StartsWith(shown + "  LinearForward ", StringComparison.Ordinal));
    }

    [Fact]
    public void Notes_are_shown()
    {
        using var copy = new FixtureCopy("LinearForward.a");
        copy.EditManifest(manifest => manifest["cases"]![0]!["notes"] = "catches a transposed weight");
        Assert.Contains("catches a transposed weight", Invocation.Of("list", "--fixtures", copy.Directory).Output, StringComparison.Ordinal);
    }
}
