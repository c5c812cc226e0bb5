namespace Tint.Verification.Reports.Page;

/// <summary>Module by module: the verdict table and the bars of error over bound.</summary>
internal static class ModuleSection
{
    private const int LeastExponent = -6;

    private static readonly (string Name, string Style, Func<ModuleSummary, ComparisonSummary> Section)[] Kinds =
    [
        ("construction against the published code’s numbers, over the rounding bound", "one", module => module.ConstructionFixture),
        ("construction against the simulated gradient, over the rounding bound", "four", module => module.ConstructionSimulation),
        ("simulated against true gradient, over the certificate", "two", module => module.SimulationTruth),
        ("true gradient against autograd, over the rounding bound", "three", module => module.TruthAutograd),
    ];

    public static Markup Draw(VerificationRun run) => new Markup()
        .Raw("<h2>Verdicts</h2>\n<p class=\"soft\">Ratios of error to bound; none may exceed 1. File, simulation: the construction against the published code’s numbers and against the simulated gradient. Off truth: the simulated against the true result, largest relative distance; certificate: that distance over its bound. Autograd: the true gradients against PyTorch’s.</p>\n")
        .Add(Table(run))
        .Raw("<h2>Error over bound, module by module</h2>\n")
        .Add(Key())
        .Add(Bars(run));

    private static Markup Table(VerificationRun run)
    {
        var markup = new Markup()
            .Raw("<div class=\"scroll\"><table class=\"tight\"><thead><tr><th>module</th><th>cases</th><th>file</th><th>simu&shy;lation</th>")
            .Raw("<th>off truth</th><th>certi&shy;ficate</th><th>auto&shy;grad</th></tr></thead><tbody>\n");
        foreach (var module in run.Modules)
        {
            var passed = module.Count(CaseVerdict.Passed) == module.Reports.Count;
            var (style, sign) = passed ? ("good", "✓") : ("wrong", $"✗ {module.Reports.Count - module.Count(CaseVerdict.Passed)}");
            markup
                .Line($"<tr><td><span class=\"{style}text\">{sign}</span>&nbsp;{PageText.Breakable(module.Module)}</td><td>{module.Reports.Count}</td>")
                .Line($"<td>{PageText.Ratio(module.ConstructionFixture.Ratio)}</td><td>{PageText.Ratio(module.ConstructionSimulation.Ratio)}</td>")
                .Line($"<td>{PageText.Size(module.SimulationTruth.Relative)}</td><td>{PageText.Ratio(module.SimulationTruth.Ratio)}</td>")
                .Line($"<td>{PageText.Ratio(module.TruthAutograd.Ratio)}</td></tr>");
        }

        return markup.Raw("</tbody></table></div>\n");
    }

    private static Markup Key()
    {
        var markup = new Markup().Raw("<ul class=\"key\">\n");
        foreach (var (name, style, _) in Kinds)
        {
            markup.Line($"<li><i class=\"{style}\"></i>{name}</li>");
        }

        return markup.Raw("</ul>\n");
    }

    private static Markup Bars(VerificationRun run)
    {
        var half = (run.Modules.Count + 1) / 2;
        var markup = new Markup().Raw("<div class=\"cards charts\">\n");
        foreach (var part in run.Modules.Chunk(Math.Max(1, half)))
        {
            markup.Raw("<figure>").Add(new BarChart
            {
                Description = "Error over bound on a logarithmic axis: " + string.Join(", ", part.Select(module => module.Module)),
                First = LeastExponent,
                Groups = [.. part.Select(module => new BarChart.Group(module.Module, [.. BarsOf(module)]))],
            }.Draw()).Raw("</figure>\n");
        }

        return markup.Raw("</div>\n");
    }

    private static IEnumerable<BarChart.Bar> BarsOf(ModuleSummary module) => Kinds
        .Select(kind => (kind, Summary: kind.Section(module)))
        .Where(item => item.Summary.Compared > 0)
        .Select(item => new BarChart.Bar(
            item.kind.Name, item.kind.Style, item.Summary.Ratio ?? double.NaN, item.Summary.Ratio is { } ratio ? PageText.Ratio(ratio) : "undefined"));
}
