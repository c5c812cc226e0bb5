using System.Text.RegularExpressions;
using Tint.Fixtures;
using Tint.Properties.Laws;
using Tint.Reference;

namespace Tint.Properties.Tests.Laws;

public sealed partial class LawBookTests
{
    [Fact]
    public void There_are_at_least_forty_laws_with_labels_in_a_row_and_distinct_names()
    {
        Assert.True(LawBook.All.Count >= 40);
        Assert.Equal(Enumerable.Range(1, LawBook.All.Count).Select(number => $"L{number:00}"), LawBook.All.Select(law => law.Label));
        Assert.Equal(LawBook.All.Count, LawBook.All.Select(law => law.Name).Distinct().Count());
    }

    [Fact]
    public void Every_law_is_one_sentence_about_a_known_module_and_known_facts()
    {
        var facts = FactHeading().Matches(File.ReadAllText(Repository("reference", "README.md"))).Select(match => match.Groups[1].Value)
            .Concat(Enumerable.Range(1, 9).Select(number => $"V{number}"))
            .ToHashSet();
        Assert.Contains("C24", facts);
        Assert.All(LawBook.All, law =>
        {
            Assert.EndsWith(".", law.Statement, StringComparison.Ordinal);
            Assert.True(char.IsUpper(law.Statement[0]), law.Statement);
            Assert.NotEmpty(law.Facts);
            Assert.All(law.Facts, fact => Assert.Contains(fact, facts));
            Assert.Contains(law.Subject, FixtureModules.All);
        });
    }

    [Fact]
    public void The_page_of_laws_lists_every_law_as_it_is()
    {
        var rows = File.ReadAllLines(Repository("verification", "Tint.Properties", "laws.md")).Where(line => line.StartsWith("| L", StringComparison.Ordinal));
        Assert.Equal(
            LawBook.All.Select(law => $"| {law.Label} | {law.Name} | {law.Statement} | {string.Join(", ", law.Facts)} |"), rows);
    }

    [Fact]
    public void A_pattern_selects_by_label_or_name()
    {
        Assert.Equal(["L01"], LawBook.Select("L01").Select(law => law.Label));
        Assert.Equal(["linear-forward"], LawBook.Select("linear-forward").Select(law => law.Name));
        Assert.Equal(9, LawBook.Select("L0?").Count);
        Assert.All(LawBook.Select("*certificate*"), law => Assert.Contains("certificate", law.Name, StringComparison.Ordinal));
        Assert.Equal(LawBook.All, LawBook.Select(null));
    }

    [Fact]
    public void Rejects_a_pattern_that_matches_no_law() => Assert.Throws<RuleViolationException>(() => LawBook.Select("L999"));

    private static string Repository(params string[] path)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "Tint.Reference.sln")))
        {
            directory = directory.Parent;
        }

        return Path.Combine([directory.FullName, .. path]);
    }

    [GeneratedRegex(@"^### (C\d+) ", RegexOptions.Multiline)]
    private static partial Regex FactHeading();
}
