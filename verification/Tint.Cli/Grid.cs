using Spectre.Console;
using Tint.Fixtures;

namespace Tint.Cli;

/// <summary>
/// A table of results: one line a row where the terminal is wide enough, otherwise a row a paragraph, its values with their headers. No value is
/// broken in two and no header cut. Cells go through <see cref="Printable"/>.
/// </summary>
internal sealed class Grid
{
    private const int FewestProseCharacters = 30;

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
        var width = terminal.Console.Profile.Width;
        if (Needed() <= width)
        {
            terminal.Console.Write(Lines());
            return;
        }

        foreach (var row in _rows)
        {
            WriteParagraph(terminal, row, width);
        }

        terminal.Output.WriteLine();
    }

    /// <summary>The columns' widths, a space before each, a space between two and one at either end; prose needs no more than a few words' room.</summary>
    private int Needed() => 1 + _columns.Index().Sum(column =>
    {
        var longest = _rows.Select(row => row[column.Index].Text.Length).Append(column.Item.Header.Length).Max();
        return 2 + (column.Item.Kind == Kind.Prose ? Math.Min(longest, FewestProseCharacters) : longest);
    });

    private Table Lines()
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in _columns)
        {
            var drawn = new TableColumn(new Text(column.Header)).PadLeft(1).PadRight(0);
            table.AddColumn(column.Kind switch
            {
                Kind.Word => drawn.NoWrap(),
                Kind.Number => drawn.NoWrap().RightAligned(),
                Kind.Prose => drawn,
                _ => throw new InvalidOperationException($"a kind of column that nothing draws: {column.Kind}"),
            });
        }

        foreach (var row in _rows)
        {
            table.AddRow(row.Select(cell => new Text(cell.Text, new Style(cell.Color))));
        }

        return table;
    }

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
