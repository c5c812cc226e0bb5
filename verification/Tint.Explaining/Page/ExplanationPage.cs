using System.Text;
using Tint.Explaining.Walking;
using Tint.Verification.Reports.Page;

namespace Tint.Explaining.Page;

/// <summary>The page that <c>tint explain --html</c> writes: one HTML file that needs nothing else, for a phone, a screen or paper.</summary>
public static class ExplanationPage
{
    /// <summary>The modules whose code and layers stand open: those by which the others are understood.</summary>
    private static readonly string[] Open = ["LinearForward", "LinearDescent", "AttentionBackward"];

    /// <summary>Writes the page as UTF-8.</summary>
    /// <param name="document">The walks of all modules, or of some.</param>
    /// <param name="stream">Where to.</param>
    public static void Write(ExplanationDocument document, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(Encoding.UTF8.GetBytes(Draw(document).ToString()));
    }

    private static Markup Draw(ExplanationDocument document)
    {
        var page = new Markup()
            .Head("TinT, module by module", ExplanationStyle.Css)
            .Raw("<p class=\"soft\">The Trainable Transformer in Transformer (Panigrahi, Malladi, Xia, Arora, ICML 2024) beside the code that builds it: claim, code, picture, numbers, checks. ")
            .Raw("Texts and lines of code are quoted from the sources; every number is computed by them for one small case.</p>\n");
        Verdict(page, document.Modules);
        Contents(page, document.Modules);
        if (Open.All(name => document.Modules.Any(walk => walk.Module == name)))
        {
            page.Add(IdeaSection.Draw(document));
        }

        var drawn = new Dictionary<string, (string Module, int Step)>(StringComparer.Ordinal);
        foreach (var walk in document.Modules)
        {
            page.Add(ModuleSection.Draw(walk, drawn, Open.Contains(walk.Module) || document.Modules.Count == 1));
        }

        return page.Raw("</main>\n</body>\n</html>\n");
    }

    private static void Verdict(Markup page, IReadOnlyList<ModuleWalk> walks)
    {
        var (checks, broken) = (walks.Sum(static walk => walk.Checks.Count), walks.Where(static walk => !walk.Holds).Select(static walk => walk.Module).ToArray());
        page.Line($"<div class=\"verdict {(broken.Length == 0 ? "good" : "wrong")}\"><strong>{(broken.Length == 0 ? $"All {checks} comparisons of these numbers hold" : $"Comparisons fail in {string.Join(", ", broken)}")}</strong>")
            .Raw("<span>Each module's layers run one by one from the weights that it writes out, against the construction; that against its closed form; that against the auxiliary model's own calculus.</span></div>\n");
    }

    private static void Contents(Markup page, IReadOnlyList<ModuleWalk> walks)
    {
        page.Raw("<nav aria-label=\"modules\"><details><summary>all modules</summary><ul>\n");
        foreach (var walk in walks)
        {
            page.Line($"<li><a href=\"#{walk.Module}\">{walk.Label} {walk.Module}</a></li>");
        }

        page.Raw("</ul></details></nav>\n");
    }
}
