using Tint.Explaining.Walking;

namespace Tint.Cli;

/// <summary>A weight matrix as a terminal shows it: blocks of a head's rows and a slot's columns, zero blocks left out, heads of the same rows in one line.</summary>
internal static class MatrixView
{
    private const string Zero = "·";

    /// <summary>Prints a matrix.</summary>
    public static void Print(Terminal terminal, WeightMatrix matrix, int width)
    {
        // The output mixing writes slots and reads heads; all others write heads and read slots.
        var isOutput = matrix.Name == "output";
        var (rows, columns) = isOutput ? (width, matrix.HeadSize) : (matrix.HeadSize, width);
        var (row, column) = isOutput ? ("slot", "head") : (matrix.Name == "map" ? "slot" : "head", "slot");
        var blocks = matrix.Entries.GroupBy(entry => (Row: entry.To / rows, Column: entry.From / columns))
            .Select(block => (block.Key, Lines: Lines([.. block], rows, columns)))
            .GroupBy(block => string.Join('\n', block.Lines) + (isOutput ? $"\n{block.Key.Row}" : $"\n{block.Key.Column}"));
        terminal.Output.WriteLine(matrix.Name == "map" ? $"its matrix, {Blocks(rows, columns)}" : $"{matrix.Name}, {Blocks(rows, columns)}");
        foreach (var block in blocks)
        {
            var first = block.First();
            var heads = string.Join(", ", block.Select(item => isOutput ? item.Key.Column : item.Key.Row));
            var title = isOutput ? $"{row} {first.Key.Row} ← {column} {heads}" : $"{row} {heads} ← {column} {first.Key.Column}";
            terminal.Output.WriteLine($"  {title}{(first.Lines.Count == 1 ? $": {first.Lines[0]}" : string.Empty)}");
            foreach (var line in first.Lines.Count == 1 ? [] : first.Lines)
            {
                terminal.Output.WriteLine($"      {line}");
            }
        }

        if (matrix.Positions.Count > 0)
        {
            var parts = matrix.Positions.GroupBy(item => item.Value, item => item.Key);
            terminal.Prose($"  of positions: {string.Join("; ", parts.Select(part => $"{part.Key} in head {string.Join(", ", part)}"))}");
        }
    }

    private static string Blocks(int rows, int columns) => $"blocks [{rows} × {columns}]:";

    private static IReadOnlyList<string> Lines(IReadOnlyList<WeightEntry> entries, int rows, int columns)
    {
        var cells = new string[rows, columns];
        foreach (var entry in entries)
        {
            cells[entry.To % rows, entry.From % columns] = ExplanationView.Number(entry.Weight);
        }

        var size = entries.Max(entry => ExplanationView.Number(entry.Weight).Length);
        return [.. Enumerable.Range(0, rows).Select(row => string.Join(' ', Enumerable.Range(0, columns).Select(column => (cells[row, column] ?? Zero).PadLeft(size))))];
    }
}
