using System.Text;
using Tint.Verification.Reports.Page;

namespace Tint.Verification.Reports;

/// <summary>The page that <c>tint verify --html</c> writes: one HTML file that needs nothing else, for a phone, a screen or paper.</summary>
internal static class ReportPage
{
    /// <summary>Writes the page as UTF-8.</summary>
    public static void Write(PageContent content, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(Encoding.UTF8.GetBytes(Draw(content).ToString()));
    }

    private static Markup Draw(PageContent content) => new Markup()
        .Head("TinT verification")
        .Add(VerdictSection.Draw(content))
        .Add(ModuleSection.Draw(content.Run))
        .Add(LayerSection.Draw(content.Run))
        .Add(CurveSection.Draw(content))
        .Add(DepartureSection.Draw(content))
        .Add(FaithfulSection.Draw(content))
        .Add(Legend(content))
        .Raw("</main>\n</body>\n</html>\n");

    private static Markup Legend(PageContent content)
    {
        var run = content.Run;
        var markup = new Markup()
            .Raw("<h2>What the words mean</h2>\n<dl style=\"grid-template-columns:1fr\">\n")
            .Raw("<dt><b>construction</b>: TinT as the paper builds it, weights written into a transformer that is then run</dt>\n")
            .Raw("<dt><b>simulated gradient</b>: what that transformer computes, in closed form, without the transformer</dt>\n")
            .Raw("<dt><b>true gradient</b>: exact backpropagation through the auxiliary model</dt>\n")
            .Raw("<dt><b>rounding bound</b>: what floating-point arithmetic can explain, followed through every operation</dt>\n")
            .Raw("<dt><b>certificate</b>: a proven bound on an intended approximation: finite difference, dropped score path, gate leak, mask</dt>\n</dl>\n")
            .Line($"<p class=\"soft\">Products ran on {content.Provider}. Order seed {run.Seed}.</p>");
        foreach (var (reason, count) in run.TensorsUnread)
        {
            markup.Line($"<p class=\"soft\">{count} tensors were compared in shape only: {reason}.</p>");
        }

        foreach (var (reason, count) in run.ValuesUnread)
        {
            markup.Line($"<p class=\"soft\">{count} values of inputs are read by nothing: {reason}.</p>");
        }

        return markup;
    }
}
