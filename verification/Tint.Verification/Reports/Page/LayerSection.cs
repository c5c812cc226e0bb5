using Tint.Verification.Truth;

namespace Tint.Verification.Reports.Page;

/// <summary>Whole models, layer by layer: the angle between the simulated and the true update.</summary>
internal static class LayerSection
{
    private const string WholeModelPrefix = "TinT.";
    private static readonly string[] Styles = ["one", "two", "three", "four"];

    public static Markup Draw(VerificationRun run)
    {
        var models = run.Reports.Where(report => report.Comparison?.Updates.Any(update => update.Cosine is not null) ?? false).ToArray();
        var markup = new Markup().Raw("<h2>Layer by layer: simulated against true update</h2>\n");
        if (models.Length == 0)
        {
            return markup.Raw("<p>No whole model in this run takes a step.</p>\n");
        }

        var deepest = models.Max(report => report.Comparison!.Updates.Max(update => Depth(report, update)));
        markup
            .Raw("<p>The cosine of the angle between TinT’s update of a layer and plain SGD’s, queries and keys included, which TinT leaves alone. ")
            .Raw("Errors grow downward, since every layer drops its attention’s score path. This is meant: see V1 below.</p>\n<ul class=\"key\">\n");
        for (var depth = 0; depth <= deepest; depth++)
        {
            markup.Line($"<li><i class=\"{Style(depth)}\"></i>{Name(depth)}</li>");
        }

        markup.Raw("</ul>\n<div class=\"cards charts\">\n");
        foreach (var part in models.Chunk(Math.Max(1, (models.Length + 1) / 2)))
        {
            markup.Raw("<figure>").Add(Chart(part)).Raw("</figure>\n");
        }

        return markup.Raw("</div>\n").Add(Table(models));
    }

    private static Markup Chart(IReadOnlyList<CaseReport> models) => new DotChart
    {
        Description = "Cosine between simulated and true update by layer: " + string.Join(", ", models.Select(report => report.Case.Id)),
        Most = 1,
        Rows =
        [
            .. models.Select(report => new DotChart.Row(ShortName(report), [
                .. report.Comparison!.Updates
                    .Where(update => update is { Layer: not null, Cosine: not null })
                    .Select(update => new DotChart.Dot(
                        $"{Name(Depth(report, update))}: cosine {PageText.Cosine(update.Cosine)}, off by {PageText.Percent(update.Relative)}",
                        Style(Depth(report, update)),
                        update.Cosine ?? 0))])),
        ],
    }.Draw();

    private static Markup Table(IReadOnlyList<CaseReport> models)
    {
        var markup = new Markup()
            .Raw("<details><summary>All numbers</summary><div class=\"scroll\"><table><thead><tr><th>model</th><th>layer</th><th>cosine</th><th>off by</th></tr></thead><tbody>\n");
        foreach (var report in models)
        {
            foreach (var update in report.Comparison!.Updates)
            {
                markup.Line($"<tr><td>{report.Case.Id}</td><td>{update.Layer?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "final norm"}</td><td>{PageText.Cosine(update.Cosine)}</td><td>{PageText.Percent(update.Relative)}</td></tr>");
            }
        }

        return markup.Raw("</tbody></table></div></details>\n");
    }

    private static string ShortName(CaseReport report) =>
        report.Case.Id.StartsWith(WholeModelPrefix, StringComparison.Ordinal) ? report.Case.Id[WholeModelPrefix.Length..] : report.Case.Id;

    private static int Depth(CaseReport report, LayerUpdate update) =>
        report.DepthOf(update);

    private static string Name(int depth) => depth == 0 ? "top layer" : $"{depth} below";

    private static string Style(int depth) => Styles[Math.Min(depth, Styles.Length - 1)];
}
