using System.Text.RegularExpressions;
using Tint.Verification.Reports.Page;

namespace Tint.Explaining.Page;

/// <summary>Words of the sources on the page, where e_k and w_{kn+i} have their indices below the line.</summary>
internal static partial class Prose
{
    /// <summary>The words.</summary>
    public static Markup Of(string words) => With(words, "<sub>", "</sub>");

    /// <summary>The same in a drawing.</summary>
    public static Markup InPicture(string words) => With(words, "<tspan dy=\"2\" font-size=\"80%\">", "</tspan>");

    private static Markup With(string words, string open, string close)
    {
        var (markup, at) = (new Markup(), 0);
        foreach (var index in Index().Matches(words).Cast<Match>())
        {
            markup.Text(words[at..index.Index]).Text(index.Groups[1].Value).Raw(open).Text(index.Groups[2].Value + index.Groups[3].Value).Raw(close);
            at = index.Index + index.Length;
        }

        return markup.Text(words[at..]);
    }

    /// <summary>One letter and what is below it; names of code have more letters or more underscores.</summary>
    [GeneratedRegex(@"(?<![\p{L}\d_.])(\p{L})_(?:\{([^}]+)\}|([A-Za-z0-9]{1,3}))(?![A-Za-z0-9_])")]
    private static partial Regex Index();
}
