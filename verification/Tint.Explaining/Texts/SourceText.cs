using System.Net;
using System.Text.RegularExpressions;

namespace Tint.Explaining.Texts;

/// <summary>A class's source, and what its comment says.</summary>
/// <param name="Path">Its path in the repository.</param>
/// <param name="Text">Its lines.</param>
/// <param name="Summary">The summary of the class.</param>
/// <param name="Derivation">The remarks of the class, without its sources.</param>
internal sealed partial record SourceText(string Path, string Text, string Summary, string Derivation)
{
    /// <summary>A class's.</summary>
    public static SourceText Of(string name)
    {
        var path = EmbeddedText.Paths.Single(path => path.EndsWith($"/{name}.cs", StringComparison.Ordinal));
        var text = EmbeddedText.Read(path);
        var comment = string.Join(' ', text[..Class().Match(text).Index].Split('\n')
            .Select(static line => line.Trim())
            .Where(static line => line.StartsWith("///", StringComparison.Ordinal))
            .Select(static line => line[3..].Trim()));
        return new(path, text.TrimEnd('\n'), Words(Summaries().Match(comment).Groups[1].Value), Words(Sources().Replace(Remarks().Match(comment).Groups[1].Value, string.Empty)));
    }

    private static string Words(string markup) => WebUtility.HtmlDecode(Tags().Replace(References().Replace(markup, "$1"), " ")).Trim() is var words
        ? Spaces().Replace(words, " ")
        : string.Empty;

    [GeneratedRegex(@"^(public|internal) (sealed |static )*(class|record) ", RegexOptions.Multiline)]
    private static partial Regex Class();

    [GeneratedRegex("<summary>(.*?)</summary>")]
    private static partial Regex Summaries();

    [GeneratedRegex("<remarks>(.*?)</remarks>")]
    private static partial Regex Remarks();

    [GeneratedRegex(@"Source: [^.]*\.")]
    private static partial Regex Sources();

    [GeneratedRegex("<see cref=\"(?:[^\"]*\\.)?([^\".]+)\"/>")]
    private static partial Regex References();

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tags();

    [GeneratedRegex(" {2,}")]
    private static partial Regex Spaces();
}
