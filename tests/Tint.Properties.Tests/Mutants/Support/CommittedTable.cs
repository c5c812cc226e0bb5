using Tint.Fixtures;

namespace Tint.Properties.Tests.Mutants.Support;

/// <summary>The committed page of the kill table, cut into cells.</summary>
internal static class CommittedTable
{
    private const string FileName = "mutants.md";

    private static readonly Lazy<IReadOnlyList<string[]>> Cells = new(() =>
    [
        .. File.ReadAllLines(Find())
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| ---", StringComparison.Ordinal))
            .Select(line => line[2..^2].Split(" | ").Select(cell => cell.Replace("\\|", "|", StringComparison.Ordinal)).ToArray()),
    ]);

    /// <summary>Mutant, what it computes, the mistake it models, laws, fixture cases.</summary>
    public static IReadOnlyList<string[]> Mutants => Table("mutant");

    /// <summary>Label, name, statement, kills.</summary>
    public static IReadOnlyList<string[]> Laws => Table("law");

    /// <summary>Label, id, kills.</summary>
    public static IReadOnlyList<string[]> Fixtures => Table("case");

    /// <summary>The labels of the laws and the ids of the cases that the table says see a mutant.</summary>
    public static IReadOnlySet<string> ChecksOf(string mutant)
    {
        var cases = Fixtures.ToDictionary(cells => cells[0], cells => cells[1].Trim('`'));
        return Mutants.Where(cells => cells[0] == $"`{mutant}`")
            .SelectMany(cells => $"{cells[3]} {cells[4]}".Split(' '))
            .Select(label => cases.GetValueOrDefault(label, label))
            .ToHashSet();
    }

    private static string[][] Table(string firstHeader)
    {
        var start = Cells.Value.ToList().FindIndex(cells => cells[0] == firstHeader);
        var width = Cells.Value[start].Length;
        return [.. Cells.Value.Skip(start + 1).TakeWhile(cells => cells.Length == width && cells[0] is not ("law" or "case"))];
    }

    private static string Find()
    {
        var root = Directory.GetParent(FixtureLocator.FindShipped())!.FullName;
        return Path.Combine(root, "verification", FileName);
    }
}
