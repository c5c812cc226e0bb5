using System.Buffers;
using Spectre.Console;
using Spectre.Console.Rendering;
using Tint.Fixtures;

namespace Tint.Cli;

/// <summary>
/// A table of results: one line a row where the terminal is wide enough, otherwise a row a paragraph, its values with their headers. No value is
/// broken in two and no header cut. Cells go through <see cref="Printable"/>.
/// </summary>
internal sealed class Grid
{
    private const int FewestProseCharacters = 30;
    private const string Gap = "  ";

    private static readonly SearchValues<char> Narrow = SearchValues.Create([.. Enumerable.Range(' ', 95).Select(code => (char)code), .. "–−×·→∞ηεσ…"]);

    private readonly Column[] _columns;
    private readonly List<Cell[]> _rows = [];

    /// <summary>A table without rows.</summary>
    /// <param name="columns">Its columns; only the last may be prose.</param>
    public Grid(params Column[] columns) => _columns = columns;

    /// <summary>What a column holds.</summary>
    internal enum Kind
    {
        /// <summary>A name or a word, to the left.</summary>
        Word,

        /// <summary>A number, to the right.</summary>
        Number,

        /// <summary>Sentences, which may be broken between words.</summary>
        Prose,
    }

    /// <summary>A name in front and numbers behind it.</summary>
    public static Grid OfNumbers(string first, params string[] numbers) =>
        new([new Column(first), .. Numbers(numbers)]);

    /// <summary>Columns of numbers.</summary>
    public static IEnumerable<Column> Numbers(params string[] headers) => headers.Select(header => new Column(header, Kind.Number));

    /// <summary>Columns of words.</summary>
    public static IEnumerable<Column> Words(params string[] headers) => headers.Select(header => new Column(header));

    /// <summary>Appends a row.</summary>
    public void Add(params Cell[] cells) => _rows.Add(cells);

    /// <summary>Writes the table.</summary>
    public void WriteTo(Terminal terminal)
    {
        int[] widths = [.. _columns.Index().Select(column => _rows.Select(row => Width(row[column.Index].Text)).Append(column.Item.Header.Length).Max())];
        var room = terminal.Width - (widths.Sum() + (Gap.Length * widths.Length));
        if (room < 0 && _columns[^1].Kind == Kind.Prose)
        {
            // Prose needs no more than a few words' room.
            var given = Math.Max(widths[^1] + room, Math.Min(widths[^1], FewestProseCharacters));
            (room, widths[^1]) = (room + widths[^1] - given, given);
        }

        if (room >= 0)
        {
            WriteLines(terminal, widths);
            return;
        }

        foreach (var row in _rows)
        {
            WriteParagraph(terminal, row, terminal.Width);
        }

        terminal.Output.WriteLine();
    }

    private void WriteLines(Terminal terminal, int[] widths)
    {
        terminal.Output.WriteLine();
        WriteLine(terminal, widths, [.. _columns.Select(column => new Cell(column.Header))]);
        terminal.Output.WriteLine(new string('─', widths.Sum() + (Gap.Length * widths.Length)));
        foreach (var row in _rows)
        {
            WriteLine(terminal, widths, row);
        }

        terminal.Output.WriteLine();
    }

    /// <summary>Writes a row; of prose, which only the last column may hold, what does not fit stands below its first line.</summary>
    private void WriteLine(Terminal terminal, int[] widths, Cell[] row)
    {
        for (var i = 0; i < row.Length; i++)
        {
            var (cell, isLast) = (row[i], i == row.Length - 1);
            terminal.Output.Write(Gap);
            if (_columns[i].Kind == Kind.Prose)
            {
                var indent = Gap + new string(' ', widths[..i].Sum() + (Gap.Length * i));
                terminal.Output.Write(string.Join(terminal.Output.NewLine + indent, Broken(cell.Text, widths[i])));
                continue;
            }

            var padding = new string(' ', widths[i] - Width(cell.Text));
            terminal.Output.Write(_columns[i].Kind == Kind.Number ? padding : string.Empty);
            terminal.Write(cell.Text, cell.Color);
            terminal.Output.Write(_columns[i].Kind == Kind.Number || isLast ? string.Empty : padding);
        }

        terminal.Output.WriteLine();
    }

    /// <summary>Prose in lines of at most so many characters, broken between words, and within one that is longer than a line.</summary>
    private static List<string> Broken(string prose, int width)
    {
        var lines = new List<string> { string.Empty };
        foreach (var word in prose.Split(' ').SelectMany(word => word.Length > width ? word.Chunk(width).Select(part => new string(part)) : [word]))
        {
            if (lines[^1].Length == 0)
            {
                lines[^1] = word;
            }
            else if (Width(lines[^1]) + 1 + Width(word) <= width)
            {
                lines[^1] += $" {word}";
            }
            else
            {
                lines.Add(word);
            }
        }

        return lines;
    }

    /// <summary>How many columns of a terminal a text takes; Spectre knows it of any text, and is asked where it is not one a character.</summary>
    private static int Width(string text) => text.AsSpan().ContainsAnyExcept(Narrow) ? new Segment(text).CellCount() : text.Length;

    private void WriteParagraph(Terminal terminal, Cell[] row, int width)
    {
        const string Indent = "  ";
        terminal.Output.WriteLine(row[0].Text);
        var line = Indent;
        foreach (var (column, cell) in _columns.Zip(row).Skip(1).Where(pair => pair.Second.Text.Length > 0))
        {
            var value = $"{column.Header} {cell.Text}";
            foreach (var part in column.Kind == Kind.Prose ? value.Split(' ') : [value])
            {
                var gap = line.Length <= Indent.Length ? string.Empty : column.Kind == Kind.Prose ? " " : Indent;
                if (gap.Length > 0 && line.Length + gap.Length + part.Length > width)
                {
                    terminal.Output.WriteLine(line);
                    (line, gap) = (Indent, string.Empty);
                }

                line += gap + part;
            }
        }

        terminal.Output.WriteLine(line);
    }

    /// <summary>A column.</summary>
    /// <param name="Header">What stands above it.</param>
    /// <param name="Kind">What it holds.</param>
    internal sealed record Column(string Header, Kind Kind = Kind.Word);

    /// <summary>A cell.</summary>
    internal sealed record Cell
    {
        /// <summary>A cell of a text, and the colour that it has where there are colours.</summary>
        public Cell(string text, Color? color = null) => (Text, Color) = (Printable.Text(text), color ?? Color.Default);

        /// <summary>What it says, in one line.</summary>
        public string Text { get; }

        /// <summary>Its colour.</summary>
        public Color Color { get; }

        public static implicit operator Cell(string text) => new(text);
    }
}
