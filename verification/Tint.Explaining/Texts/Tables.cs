using System.Text.RegularExpressions;

namespace Tint.Explaining.Texts;

/// <summary>Rows of the documents' Markdown tables, each with the header that it stands under.</summary>
internal static partial class Tables
{
    /// <summary>All rows of a text.</summary>
    public static IEnumerable<(string[] Header, string[] Cells)> Rows(string markdown)
    {
        string[]? header = null;
        string[]? previous = null;
        foreach (var line in markdown.Split('\n'))
        {
            if (!line.StartsWith('|'))
            {
                (header, previous) = (null, null);
                continue;
            }

            var cells = Cells(line);
            if (cells.All(static cell => cell.Length > 0 && cell.All(static letter => letter is '-' or ':' or ' ')))
            {
                header = previous;
            }
            else if (header is not null)
            {
                yield return (header, cells);
            }

            previous = cells;
        }
    }

    /// <summary>Markdown without its marks: code, emphasis, links and pictures as their words.</summary>
    public static string Plain(string markdown) => Emphasis().Replace(Link().Replace(Picture().Replace(markdown, string.Empty), "$1")
        .Replace("**", string.Empty, StringComparison.Ordinal), "$1")
        .Replace("`", string.Empty, StringComparison.Ordinal)
        .Trim();

    private static string[] Cells(string line) => [.. line.Trim().Trim('|').Split('|').Select(static cell => cell.Trim())];

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Link();

    /// <summary>Stars right before and behind words; a product has spaces or none on both sides.</summary>
    [GeneratedRegex(@"(?<![\w*])\*(\w[^*\n]*?)\*(?![\w*])")]
    private static partial Regex Emphasis();

    [GeneratedRegex("<img[^>]*>")]
    private static partial Regex Picture();
}
