using System.Text.RegularExpressions;

namespace Tint.Explaining.Texts;

/// <summary>reference/concordance.md: places of the paper and lines of the published code.</summary>
internal static partial class Concordance
{
    /// <summary>The facts and departures.</summary>
    public static IReadOnlyList<string> Labels { get; } =
        [.. Tables.Rows(EmbeddedText.Read("reference/concordance.md")).Select(static row => row.Cells[0]).Where(static cell => Label().IsMatch(cell))];

    /// <summary>A fact's places; the paper's is empty where none is known.</summary>
    public static (string Title, string Paper, string PublishedCode) Row(string label)
    {
        var cells = Tables.Rows(EmbeddedText.Read("reference/concordance.md")).Single(row => row.Cells[0] == label).Cells;
        return (cells[1], Tables.Plain(cells[2]), Tables.Plain(cells[3]));
    }

    [GeneratedRegex(@"^[CV]\d+$")]
    private static partial Regex Label();
}
