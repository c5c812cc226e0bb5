using System.Globalization;
using Tint.Explaining.Layers;
using Tint.Reference.Primitives;

namespace Tint.Explaining.Walking;

/// <summary>Coordinates in words: slots and where in them, runs as a…b.</summary>
/// <param name="width">D.</param>
internal sealed class CoordinateText(int width)
{
    /// <summary>What a head's coordinates are read from, as "slot 0[2…3]" or "−0.1·slot 3[0…1]"; empty where it is nothing.</summary>
    public string Read(IReadOnlyList<IReadOnlyList<CoordinateMap.Term>> columns)
    {
        var terms = columns.SelectMany(static (column, index) => column.Select(term => (Index: index, Term: term))).ToArray();
        return string.Join(" + ", terms
            .GroupBy(item => (item.Term.Source / width, item.Term.Coefficient))
            .Select(group => Weighted(group.Key.Coefficient) + Slot(group.Key.Item1, [.. group.Select(item => item.Term.Source % width)])
                + Place(group.Min(item => item.Index))));
    }

    /// <summary>Where a head's coordinates are added, as "slot 0[2…3]".</summary>
    public string Written(IReadOnlyList<IReadOnlyList<CoordinateMap.Term>> targets) => string.Join(" and ", targets
        .SelectMany(static column => column)
        .GroupBy(term => (term.Source / width, term.Coefficient))
        .Select(group => Weighted(group.Key.Coefficient) + Slot(group.Key.Item1, [.. group.Select(term => term.Source % width)])));

    /// <summary>What a head gets of positions; null for nothing.</summary>
    public static string? Positions(AttentionMaps maps, int part, int head, int tokens, int prefixes)
    {
        if (!maps.Reaches(part, head))
        {
            return null;
        }

        double[][] ofTokens = [.. Enumerable.Range(0, tokens).Select(position => maps.PositionPart(part, head, position))];
        double[][] ofPrefixes = [.. Enumerable.Range(tokens, prefixes).Select(position => maps.PositionPart(part, head, position))];
        var unit = ofPrefixes[0][0];
        if (unit != 0 && ofPrefixes.Index().All(row => row.Item.Index().All(entry => entry.Item == (entry.Index == row.Index ? unit : 0))))
        {
            return $"{Weighted(unit)}e_k";
        }

        var place = Enumerable.Range(0, maps.HeadSize).FirstOrDefault(column => Array.Exists(ofTokens, row => row[column] != 0), -1);
        if (place < 0)
        {
            return null;
        }

        var (first, last) = (ofTokens[0][place], ofTokens[^1][place]);
        if (ofTokens.Skip(1).All(row => row[place] == 0))
        {
            return string.Create(CultureInfo.InvariantCulture, $"{first:G4} of token 0{Place(place)}");
        }

        return first == last
            ? first == 1 && place == 0 ? maps.HeadSize == 1 ? "1" : "e_0" : string.Create(CultureInfo.InvariantCulture, $"{first:G4} at {place}")
            : string.Create(CultureInfo.InvariantCulture, $"{last / (tokens - 1):G4}·j at {place}");
    }

    private static string Place(int first) => first == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $" at {first}");

    private static string Weighted(double coefficient) => coefficient switch
    {
        1 => string.Empty,
        -1 => "−",
        < 0 => string.Create(CultureInfo.InvariantCulture, $"−{-coefficient:G4}·"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{coefficient:G4}·"),
    };

    private string Slot(int slot, IReadOnlyList<int> columns) =>
        columns.Count == width && columns.SequenceEqual(Enumerable.Range(0, width))
            ? string.Create(CultureInfo.InvariantCulture, $"slot {slot}")
            : string.Create(CultureInfo.InvariantCulture, $"slot {slot}[{Runs(columns)}]");

    private static string Runs(IReadOnlyList<int> columns)
    {
        var parts = new List<string>();
        for (var start = 0; start < columns.Count;)
        {
            var end = start;
            while (end + 1 < columns.Count && columns[end + 1] == columns[end] + 1)
            {
                end++;
            }

            parts.Add(start == end
                ? columns[start].ToString(CultureInfo.InvariantCulture)
                : string.Create(CultureInfo.InvariantCulture, $"{columns[start]}…{columns[end]}"));
            start = end + 1;
        }

        return string.Join(' ', parts);
    }
}
