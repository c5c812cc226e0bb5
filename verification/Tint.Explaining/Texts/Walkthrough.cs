using System.Text.RegularExpressions;
using Tint.Explaining.Walking;

namespace Tint.Explaining.Texts;

/// <summary>The walk-through, reference/README.md.</summary>
internal static partial class Walkthrough
{
    private static readonly string Text = EmbeddedText.Read("reference/README.md");

    /// <summary>The paragraphs under a fact's heading, tables left out.</summary>
    public static IReadOnlyList<string> Section(string label)
    {
        return
        [
            .. Under(label).Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(static paragraph => !paragraph.StartsWith('|') && !paragraph.StartsWith("*In* ", StringComparison.Ordinal) && !paragraph.StartsWith('<'))
                .Select(static paragraph => Tables.Plain(Files().Replace(paragraph, string.Empty)).ReplaceLineEndings(" "))
                .Where(static paragraph => paragraph.Length > 0),
        ];
    }

    /// <summary>The rows of a table of formulas that are a module's: of the table under a fact's own heading, or else of that of the published modules, under gates.</summary>
    public static IReadOnlyList<FormulaRow> Formulas(string module, string label) =>
        Rows(module, label).ToArray() is { Length: > 0 } own ? own : [.. Rows(module, "C18")];

    private static IEnumerable<FormulaRow> Rows(string module, string label)
    {
        var isMine = false;
        foreach (var (header, cells) in Tables.Rows(Under(label)).Where(static row => row.Header is ["module", _, ..] && Array.Exists(row.Header, static cell => cell is "prefixes" or "tokens" or "token slot 0" or "with softmax alone")))
        {
            // "… retaining g" goes on from the row above.
            isMine = cells[0].StartsWith('…') ? isMine : Names().Matches(cells[0]).Any(match => match.Groups[1].Value == module);
            if (isMine)
            {
                yield return new FormulaRow(Tables.Plain(cells[0]), [.. header.Skip(1).Zip(cells.Skip(1), static (where, formula) => new FormulaPart(where, Tables.Plain(formula)))]);
            }
        }
    }

    private static string Under(string label)
    {
        var heading = Heading().Matches(Text).Single(match => match.Groups[1].Value == label);
        var section = Text[(heading.Index + heading.Length)..];
        return section[..section.IndexOf("\n#", StringComparison.Ordinal)];
    }

    [GeneratedRegex(@"^### ([CV]\d+) .*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    /// <summary>Where the files are named, which the page shows beside the text.</summary>
    [GeneratedRegex(@"\*In\*\s+\[.*$", RegexOptions.Singleline)]
    private static partial Regex Files();

    [GeneratedRegex("`([A-Za-z]+)`")]
    private static partial Regex Names();
}
