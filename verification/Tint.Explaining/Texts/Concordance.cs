namespace Tint.Explaining.Texts;

/// <summary>reference/concordance.md: places of the paper and lines of the published code.</summary>
internal static class Concordance
{
    /// <summary>A fact's places; the paper's is empty where none is known.</summary>
    public static (string Title, string Paper, string PublishedCode) Row(string label)
    {
        var cells = Tables.Rows(EmbeddedText.Read("reference/concordance.md")).Single(row => row.Cells[0] == label).Cells;
        return (cells[1], Tables.Plain(cells[2]), Tables.Plain(cells[3]));
    }
}
