using System.Text.RegularExpressions;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests;

/// <summary>The labels of facts and departures: reference/README.md defines them, sources and pictures cite them, and neither runs ahead.</summary>
public sealed partial class LabelTests
{
    private static readonly string Root = Repository.Root;
    private static readonly string Page = Path.Combine(Root, "reference", "README.md");
    private static readonly string Concordance = Path.Combine(Root, "reference", "concordance.md");

    [Fact]
    public void Every_label_that_a_source_file_cites_is_defined()
    {
        var defined = Definitions(File.ReadAllText(Page)).ToHashSet();
        var citations = Sources("reference", "verification", "tests")
            .SelectMany(file => Citations(File.ReadAllText(file)).Select(label => (File: Path.GetRelativePath(Root, file), Label: label)))
            .ToArray();
        Assert.NotEmpty(citations);
        var undefined = citations.Where(citation => !defined.Contains(citation.Label)).ToArray();
        Assert.Empty(undefined);
    }

    [Fact]
    public void Every_fact_is_cited_by_a_source_file_of_the_reference()
    {
        var cited = Sources("reference").SelectMany(file => Citations(File.ReadAllText(file))).ToHashSet();
        var facts = Definitions(File.ReadAllText(Page)).Where(label => label[0] == 'C').ToArray();
        Assert.NotEmpty(facts);
        var uncited = facts.Where(label => !cited.Contains(label)).ToArray();
        Assert.Empty(uncited);
    }

    [Fact]
    public void Every_label_that_the_page_or_a_picture_mentions_is_defined()
    {
        var page = File.ReadAllText(Page);
        var defined = Definitions(page).ToHashSet();
        var pictures = Directory.GetFiles(Path.Combine(Root, "reference", "pictures"), "*.svg");
        var words = pictures.SelectMany(file => PictureText().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).Append(page);
        var mentioned = words.SelectMany(text => Label().Matches(text).Select(match => match.Value)).ToArray();
        Assert.NotEmpty(pictures);
        var undefined = mentioned.Where(label => !defined.Contains(label)).ToArray();
        Assert.Empty(undefined);
    }

    [Theory]
    [InlineData('C')]
    [InlineData('V')]
    public void Labels_are_defined_once_and_numbered_in_order_from_one(char kind)
    {
        var labels = Definitions(File.ReadAllText(Page)).Where(label => label[0] == kind).ToArray();
        Assert.NotEmpty(labels);
        Assert.Equal(Enumerable.Range(1, labels.Length).Select(number => $"{kind}{number}"), labels);
    }

    [Fact]
    public void The_concordance_has_one_row_for_each_label_and_its_classes_cite_it()
    {
        var rows = Row().Matches(File.ReadAllText(Concordance)).Select(match => (Label: match.Groups[1].Value, Classes: Link().Matches(match.Groups[2].Value))).ToArray();
        Assert.Equal(Definitions(File.ReadAllText(Page)), rows.Select(row => row.Label));
        var classes = rows.SelectMany(row => row.Classes.Select(link => (row.Label, File: link.Groups[1].Value))).ToArray();
        Assert.All(rows, row => Assert.NotEmpty(row.Classes));
        var silent = classes.Where(item => !Citations(File.ReadAllText(Path.Combine(Root, "reference", item.File))).Contains(item.Label)).ToArray();
        Assert.Empty(silent);
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("concordance.md")]
    public void Every_file_that_a_page_links_to_exists(string page)
    {
        var targets = Link().Matches(File.ReadAllText(Path.Combine(Root, "reference", page))).Select(match => match.Groups[1].Value).ToArray();
        Assert.NotEmpty(targets);
        var missing = targets.Where(target => !Path.Exists(Path.Combine(Root, "reference", target))).ToArray();
        Assert.Empty(missing);
    }

    [Theory]
    [InlineData("/// Source: %98.", "C98")]
    [InlineData("/// Source: %98, @99.", "C98 V99")]
    [InlineData("/// left out (departure @99), and", "V99")]
    [InlineData("/// with departure @99 turned off", "V99")]
    [InlineData("/// on the left (deviation\n    /// @99) and so on", "V99")]
    [InlineData("/// which is dropped (@99).", "V99")]
    [InlineData("namespace A;\n\n/// dropped (@98) first,\n/// then\n/// (@99) as well", "V98 V99")]
    [InlineData("/// departures @98 and @99", "V98 V99")]
    [InlineData("var text = \"departure @99\";", "V99")]
    [InlineData("var x = Call(@99, 1); // no label", "")]
    [InlineData("/// %98 in passing, C⁰, CA1822", "")]
    public void Finds_citations_and_nothing_else(string template, string expected)
    {
        // The letters are put in here, so that this file cites no label that is not defined.
        var text = template.Replace('%', 'C').Replace('@', 'V');
        Assert.Equal(expected, string.Join(' ', Citations(text)));
    }

    private static IEnumerable<string> Definitions(string page) => Definition().Matches(page).Select(match => match.Groups[1].Value);

    private static IEnumerable<string> Citations(string source)
    {
        var text = CommentBreak().Replace(source, " ");
        return Citation().Matches(text).Concat(Bracketed().Matches(text))
            .SelectMany(match => Label().Matches(match.Groups["labels"].Value))
            .Select(match => match.Value);
    }

    private static IEnumerable<string> Sources(params string[] folders) => folders
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
        .Where(file => !Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    [GeneratedRegex(@"^#{2,4} ([CV]\d+) ", RegexOptions.Multiline)]
    private static partial Regex Definition();

    [GeneratedRegex(@"^\| ([CV]\d+) \|.*\|([^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\b[CV]\d+\b")]
    private static partial Regex Label();

    [GeneratedRegex(@"\b(?:Source: |departures? |deviations? )(?<labels>[CV]\d+(?:(?:, | and | – )[CV]\d+)*)\b")]
    private static partial Regex Citation();

    /// <summary>A label that opens a bracket in a comment, as in "(V1)".</summary>
    [GeneratedRegex(@"(?<=//[^\n]*) \((?<labels>[CV]\d+(?:(?:, | and | – )[CV]\d+)*)\b")]
    private static partial Regex Bracketed();

    /// <summary>The end of a line of a comment that the next line continues.</summary>
    [GeneratedRegex(@"(?<=//[^\n]*)\r?\n\s*///? ?")]
    private static partial Regex CommentBreak();

    [GeneratedRegex("<text[^>]*>([^<]*)</text>")]
    private static partial Regex PictureText();

    [GeneratedRegex(@"(?:\]\(|src="")([^)#""]+)[)""]")]
    private static partial Regex Link();
}
