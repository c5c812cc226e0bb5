namespace Tint.Verification.Reports.Page;

/// <summary>The top of the page: whether TinT is right, how far from the truth it is, and what failed.</summary>
internal static class VerdictSection
{
    public static Markup Draw(PageContent content)
    {
        var run = content.Run;
        var good = run.Passed == run.Reports.Count;
        var (style, sign) = good ? ("good", "✓") : ("wrong", "✗");
        var sentence = !good ? $"TinT is not verified: {run.Reports.Count - run.Passed} of {run.Reports.Count} cases do not pass"
            : run is { IsWhole: true, Selection.Directory: null } ? $"TinT is right: all {run.Judged} cases that ship agree"
            : $"What was looked at agrees: {ShareText.Of(run)}";
        var markup = new Markup()
            .Line($"<div class=\"verdict {style}\" role=\"status\"><strong>{sign} {sentence}</strong>")
            .Line($"<span class=\"soft\">{run.Passed} passed, {run.Failed} failed, {run.Skipped} skipped; looked at {ShareText.Of(run)}</span></div>");
        return markup.Add(Failures(content)).Add(Cards(run));
    }

    private static Markup Failures(PageContent content)
    {
        var markup = new Markup();
        foreach (var report in content.Run.Reports.Where(report => report.Verdict is CaseVerdict.Failed or CaseVerdict.Error))
        {
            markup.Raw("<pre>").Text(string.Join('\n', FailureText.Lines(report, content.Run))).Raw("</pre>\n");
        }

        return markup;
    }

    private static Markup Cards(VerificationRun run)
    {
        var modules = run.Modules;
        double? Worst(Func<ModuleSummary, ComparisonSummary> section) => modules.Select(section).Max(summary => summary.Ratio);
        var markup = new Markup()
            .Raw("<div class=\"cards top\">\n")
            .Raw("<section class=\"card\"><h3>Is it right?</h3><p class=\"soft\">Largest error, in units of what rounding can explain (1 is the limit)</p><dl>\n")
            .Line($"<dt>construction = published code</dt><dd>{PageText.Ratio(Worst(module => module.ConstructionFixture))}</dd>")
            .Line($"<dt>construction = simulated gradient</dt><dd>{PageText.Ratio(Worst(module => module.ConstructionSimulation))}</dd>")
            .Line($"<dt>true gradient = autograd</dt><dd>{PageText.Ratio(Worst(module => module.TruthAutograd))}</dd>")
            .Raw("</dl></section>\n")
            .Raw("<section class=\"card\"><h3>How far from the truth is it meant to be?</h3>");
        var depths = UpdateDepth.Of(run);
        if (depths.Count > 0)
        {
            markup.Raw("<p class=\"soft\">Simulated update against plain SGD’s, median over whole models</p>\n")
                .Raw("<table><thead><tr><th>update of</th><th>cosine</th><th>off by</th></tr></thead><tbody>\n");
            foreach (var depth in depths)
            {
                markup.Line($"<tr><td>{depth.Name}</td><td>{PageText.Cosine(depth.MedianCosine)}</td><td>{PageText.Percent(depth.MedianRelative)}</td></tr>");
            }

            markup.Raw("</tbody></table>\n");
        }

        return markup
            .Line($"<p>Largest distance from the truth over its certificate: {PageText.Ratio(Worst(module => module.SimulationTruth))}</p>")
            .Raw("</section></div>\n");
    }
}
