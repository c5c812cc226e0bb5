using Tint.Fixtures;
using Tint.Properties.Laws;

namespace Tint.Properties.Tests;

/// <summary>The README's status table names types, cases and laws that exist, and leaves out no module and no column.</summary>
public class StatusTableTests
{
    private static readonly string Root = Path.GetDirectoryName(FixtureLocator.FindShipped())!;
    private static readonly string[][] Rows = [.. File.ReadAllLines(Path.Combine(Root, "README.md"))
        .SkipWhile(line => !line.StartsWith("| construct |", StringComparison.Ordinal))
        .Skip(2)
        .TakeWhile(line => line.StartsWith('|'))
        .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))];

    [Fact]
    public void Every_row_fills_every_column() =>
        Assert.All(Rows, row => Assert.True(row.Length == 8 && row.All(cell => cell.Length > 0), string.Join(" | ", row)));

    [Fact]
    public void Every_type_that_it_names_is_a_file_of_the_reference()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Root, "reference", "Tint.Reference"), "*.cs", SearchOption.AllDirectories)
            .Select(Path.GetFileNameWithoutExtension)
            .ToHashSet();
        var named = Rows.SelectMany(row => new[] { row[2], row[3], row[4], row[7] }).SelectMany(Quoted).ToArray();
        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains(name, files));
    }

    [Fact]
    public void Every_module_has_a_row_and_every_row_has_cases()
    {
        var shipped = FixtureManifest.Load(FixtureLocator.FindShipped()).Cases.Select(item => item.Module).ToHashSet();
        Assert.Equal(FixtureModules.All.Order(StringComparer.Ordinal), Rows.SelectMany(row => Quoted(row[5])).Distinct().Order(StringComparer.Ordinal));
        Assert.All(Rows.SelectMany(row => Quoted(row[5])), module => Assert.Contains(module, shipped));
    }

    [Fact]
    public void Every_law_that_it_names_is_about_a_fact_of_its_row_or_a_departure()
    {
        var laws = LawBook.All.ToDictionary(law => law.Label);
        Assert.All(Rows, row =>
        {
            string[] facts = row[1].Split(", ");
            Assert.All(row[6].Split(", "), label => Assert.Contains(
                laws[label].Facts, fact => facts.Contains(fact) || fact.StartsWith('V')));
        });
    }

    private static IEnumerable<string> Quoted(string cell) => cell.Split('`').Where((_, index) => index % 2 == 1);
}
