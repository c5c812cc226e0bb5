using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Tint.Explaining.Page;
using Tint.Explaining.Walking;

namespace Tint.Explaining.Tests.Page;

/// <summary>The page of all modules: whole, self-contained, and with nothing in it but what the run and the sources say.</summary>
public sealed class ExplanationPageTests
{
    private const int LargestPage = 1_500_000;

    private static readonly ExplanationDocument Document = ExplanationDocument.Of(Walker.Modules, seed: null);
    private static readonly string Page = Written(Document);
    private static readonly XElement Root = XDocument.Parse(Page["<!doctype html>".Length..]).Root!;

    [Fact]
    public void It_is_well_formed_and_needs_nothing_else()
    {
        Assert.InRange(Encoding.UTF8.GetByteCount(Page), 100_000, LargestPage);
        Assert.DoesNotContain(Root.Descendants(), element => element.Name.LocalName is "script" or "link" or "img" or "iframe" or "object");
        Assert.DoesNotContain(
            Root.DescendantsAndSelf().Attributes(),
            attribute => attribute.Name.LocalName is "src" or "srcset" or "action" || attribute.Value.Contains("://", StringComparison.Ordinal));
        Assert.DoesNotContain("url(", Root.Descendants("style").Single().Value, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", Page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_link_leads_somewhere_and_every_module_is_there_once()
    {
        string[] places = [.. Root.Descendants().Attributes("id").Select(attribute => attribute.Value)];
        Assert.Equal(places.Distinct(), places);
        Assert.Equal(Walker.Modules, places.Where(Walker.Modules.Contains));
        Assert.All(Root.Descendants("a"), link => Assert.Contains(link.Attribute("href")!.Value[1..], places));
    }

    [Fact]
    public void Lines_of_code_are_those_of_the_sources()
    {
        foreach (var walk in Document.Modules)
        {
            var first = Document.Modules.First(other => other.SourcePath == walk.SourcePath);
            Assert.Equal(first == walk, Section(walk).Descendants("code").Any());
            Assert.True(first == walk || Section(walk).Descendants("a").Any(link => link.Attribute("href")!.Value == $"#{first.Module}"), walk.Module);
            var shown = Section(first).Descendants("code").Select(line => line.Value);
            Assert.Equal(File.ReadAllText(Path.Combine(Repository(), walk.SourcePath)).ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'), shown);
        }
    }

    [Fact]
    public void Every_number_in_its_tables_is_one_of_the_run_s()
    {
        foreach (var walk in Document.Modules)
        {
            var numbers = Numbers(walk).ToHashSet();
            var cells = Section(walk).Descendants("table").Where(table => (string?)table.Attribute("class") == "states")
                .SelectMany(table => table.Descendants("tr")).SelectMany(row => row.Elements("td").Skip(1)).Select(cell => cell.Value).Where(text => text.Length > 0).ToArray();
            Assert.NotEmpty(cells);
            Assert.Empty(cells.Except(numbers));
        }
    }

    [Fact]
    public void The_first_half_page_is_written_from_the_run()
    {
        foreach (var seed in new int?[] { null, 6 })
        {
            var document = seed is null ? Document : ExplanationDocument.Of(["LinearForward", "LinearDescent", "AttentionBackward"], seed);
            var idea = XDocument.Parse(Written(document)["<!doctype html>".Length..]).Descendants("section").Single(section => (string?)section.Attribute("id") == "idea");
            var numbers = document.Modules.SelectMany(Numbers).ToHashSet();
            string[] shown = [.. idea.Descendants("b").Where(element => (string?)element.Attribute("class") == "n").Select(element => element.Value)];
            Assert.NotEmpty(shown);
            Assert.Empty(shown.Except(numbers));
            Assert.Contains(PageNumber.Of(document.Modules.Single(walk => walk.Module == "LinearForward").Steps[0].Hand!.Total), shown);
        }
    }

    [Fact]
    public void Pictures_have_a_line_for_every_entry_of_their_weights()
    {
        var forward = Document.Modules.Single(walk => walk.Module == "LinearForward");
        var picture = Section(forward).Descendants("svg").First();
        var lines = picture.Descendants("path").Sum(path => path.Attribute("d")!.Value.Count(letter => letter == 'M'));
        Assert.Equal(forward.Steps[0].Matrices.Sum(matrix => matrix.Entries.Count), lines);
    }

    [Fact]
    public void A_comparison_that_fails_is_said_first()
    {
        var walk = Document.Modules[0];
        var broken = Document with { Modules = [walk with { Checks = [walk.Checks[0] with { Ratio = 2 }] }, .. Document.Modules.Skip(1)] };
        Assert.Contains("Comparisons fail in LinearForward", Written(broken), StringComparison.Ordinal);
        Assert.DoesNotContain("Comparisons fail", Page, StringComparison.Ordinal);
    }

    private static string Written(ExplanationDocument document)
    {
        using var stream = new MemoryStream();
        ExplanationPage.Write(document, stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static XElement Section(ModuleWalk walk) => Root.Descendants("section").Single(section => (string?)section.Attribute("id") == walk.Module);

    /// <summary>Every number of a walk's JSON as the page would write it, and every list of numbers.</summary>
    private static IEnumerable<string> Numbers(ModuleWalk walk)
    {
        using var stream = new MemoryStream();
        new ExplanationDocument(null, [walk]).WriteTo(stream);
        using var json = JsonDocument.Parse(stream.ToArray());
        return [.. Of(json.RootElement)];

        static IEnumerable<string> Of(JsonElement element) => element.ValueKind switch
        {
            JsonValueKind.Number => [PageNumber.Of(element.GetDouble())],
            JsonValueKind.Array when element.GetArrayLength() > 0 && element[0].ValueKind == JsonValueKind.Number => [.. Tuples(element), .. element.EnumerateArray().SelectMany(Of)],
            JsonValueKind.Array => element.EnumerateArray().SelectMany(Of),
            JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Of(property.Value)),
            _ => [],
        };

        static IEnumerable<string> Tuples(JsonElement element)
        {
            double[] values = [.. element.EnumerateArray().Select(item => item.GetDouble())];
            return Enumerable.Range(0, values.Length + 1).Select(count => PageNumber.Tuple(values.Take(count)));
        }
    }

    private static string Repository()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Tint.Reference.sln")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("the repository was not found");
        }

        return directory;
    }
}
