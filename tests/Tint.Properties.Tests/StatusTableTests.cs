using System.Globalization;
using Tint.Fixtures;
using Tint.Properties.Laws;
using Tint.Properties.Mutants;
using Tint.Reference.Families;

namespace Tint.Properties.Tests;

/// <summary>The README's status table names types, cases and laws that exist, and leaves out no module and no column.</summary>
public class StatusTableTests
{
    private static readonly string Root = Path.GetDirectoryName(FixtureLocator.FindShipped())!;
    private static readonly string[][] Rows = Table("construct");
    private static readonly string[][] Operations = Table("operation");
    private static readonly string[][] Wirings = Table("wiring");
    private static readonly string[][] Families = Table("family");

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
        var modules = FixtureModules.All.Where(module => module != FixtureModules.Auxiliary);
        Assert.Equal(modules.Order(StringComparer.Ordinal), Rows.SelectMany(row => Quoted(row[5])).Distinct().Order(StringComparer.Ordinal));
        Assert.All(Rows.SelectMany(row => Quoted(row[5])), module => Assert.Contains(module, shipped));
    }

    [Fact]
    public void Every_law_that_it_names_is_about_a_fact_of_its_row_or_a_departure()
    {
        var laws = LawBook.All.ToDictionary(law => law.Label);
        Assert.All(Rows.Concat(Operations), row =>
        {
            string[] facts = row[1].Split(", ");
            Assert.All(row[6].Split(", "), label => Assert.Contains(
                laws[label].Facts, fact => facts.Contains(fact) || fact.StartsWith('V')));
        });
    }

    [Fact]
    public void Every_operation_of_other_architectures_names_types_of_the_reference_and_tests_that_exist()
    {
        static HashSet<string> Files(params string[] folder) => [.. Directory
            .EnumerateFiles(Path.Combine([Root, .. folder]), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetFileNameWithoutExtension(file))];
        var (types, tests) = (Files("reference", "Tint.Reference"), Files("tests", "Tint.Reference.Tests"));
        Assert.NotEmpty(Operations);
        Assert.All(Operations, row =>
        {
            Assert.True(row.Length == 8 && row.All(cell => cell.Length > 0), string.Join(" | ", row));
            Assert.All(new[] { row[2], row[3], row[4], row[7] }.SelectMany(Quoted), name => Assert.Contains(name, types));
            Assert.NotEmpty(Quoted(row[5]));
            Assert.All(Quoted(row[5]), name => Assert.Contains(name, tests));
        });
        Assert.Equal(
            Enumerable.Range(28, 9).Select(number => $"C{number}"),
            Operations.SelectMany(row => row[1].Split(", ")).Where(fact => int.Parse(fact[1..], CultureInfo.InvariantCulture) >= 28).Distinct());
    }

    [Fact]
    public void Every_wiring_names_a_type_of_the_reference_notes_of_cases_and_two_mutants_that_laws_see()
    {
        var types = Directory.EnumerateFiles(Path.Combine(Root, "reference", "Tint.Reference"), "*.cs", SearchOption.AllDirectories)
            .Select(Path.GetFileNameWithoutExtension).ToHashSet();
        var notes = FixtureNotes.Load(Path.Combine(FixtureLocator.FindShipped(), FixtureLocator.AuxiliaryFolder)).Flags;
        var mutants = MutantCatalogue.All.ToDictionary(mutant => mutant.Name);
        Assert.NotEmpty(Wirings);
        Assert.All(Wirings, row =>
        {
            Assert.Equal(5, row.Length);
            Assert.NotEmpty(Quoted(row[1]));
            Assert.All(Quoted(row[1]), type => Assert.Contains(type, types));
            Assert.Contains(LawBook.OfFamily("opt"), law => law.Facts.Contains(row[2]));
            Assert.NotEmpty(Quoted(row[3]));
            Assert.All(Quoted(row[3]), note => Assert.Contains(note, notes.Keys));
            Assert.True(Quoted(row[4]).Count() >= 2, row[0]);
            Assert.All(Quoted(row[4]), name => Assert.Null(mutants[name].UnseenByLaws));
        });
    }

    [Fact]
    public void Every_family_has_a_row_with_its_types_and_all_its_cases()
    {
        var folder = Path.Combine(Root, "reference", "Tint.Reference", "Families");
        var tests = Path.Combine(Root, "tests", "Tint.Reference.Tests");
        var cases = FixtureManifest.Load(Path.Combine(FixtureLocator.FindShipped(), FixtureLocator.AuxiliaryFolder)).Cases;
        Assert.Equal(FamilyCatalogue.Families.Order(StringComparer.Ordinal), Families.SelectMany(row => Quoted(row[0])).Order(StringComparer.Ordinal));
        Assert.All(Families, row =>
        {
            var types = row[1..6].SelectMany(Quoted).ToArray();
            Assert.Equal(5, types.Length);
            Assert.All(types, type => Assert.Single(Directory.EnumerateFiles(folder, $"{type}.cs", SearchOption.AllDirectories)));
            Assert.NotEmpty(Quoted(row[7]));
            Assert.All(Quoted(row[7]), test => Assert.Single(Directory.EnumerateFiles(tests, $"{test}.cs", SearchOption.AllDirectories)));
            var own = cases.Where(item => item.Id.Split('.')[1] == Quoted(row[0]).Single()).Select(item => item.Id["Auxiliary.".Length..]);
            Assert.Equal(own.Order(StringComparer.Ordinal), Quoted(row[6]).Order(StringComparer.Ordinal));
        });
    }

    private static string[][] Table(string firstColumn) =>
    [
        .. File.ReadAllLines(Path.Combine(Root, "README.md"))
            .SkipWhile(line => !line.StartsWith($"| {firstColumn} |", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries)),
    ];

    private static IEnumerable<string> Quoted(string cell) => cell.Split('`').Where((_, index) => index % 2 == 1);
}
