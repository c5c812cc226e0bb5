using System.Text;
using Tint.Experiments.Evaluation;
using Tint.Verification.Reports.Page;

namespace Tint.Experiments.Classification;

/// <summary>The page that <c>tint classify --html</c> writes: the accuracy of every method at its chosen setting, and of every setting against the learning rate.</summary>
public static class ClassificationPage
{
    private const double Width = 640;
    private const double Left = 250;
    private const double Right = 600;
    private const double RowHeight = 30;
    private const double Below = 44;

    /// <summary>Writes the page as UTF-8.</summary>
    public static void Write(ClassificationDocument document, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(stream);
        var page = new Markup()
            .Head("TinT classification", MethodStyle.Css)
            .Line($"<p>{ClassificationText.Title(document)}.</p>")
            .Line($"<p class=\"soft\">{ClassificationText.Selection(document)}. Bars are one standard deviation over seeds; shard {document.Shard}; {document.Provider}.</p>")
            .Raw("<h2>Accuracy at the chosen settings</h2>\n");
        Bars(page, document);
        page.Raw("<h2>Accuracy against learning rate</h2>\n<div class=\"cards charts\">\n");
        foreach (var calibration in document.Outcomes.Select(static outcome => outcome.Setting.Calibration).Distinct())
        {
            foreach (var isMean in new[] { true, false })
            {
                Rates(page, document, calibration, isMean);
            }
        }

        page.Raw("</div>\n<h2>Numbers</h2>\n<div class=\"scroll\"><table><thead><tr><th>method</th><th>calibration</th><th>loss</th><th>joined</th><th>layers</th><th>rate</th><th>accuracy</th><th>± seeds</th><th>where chosen</th><th>of settings</th></tr></thead><tbody>\n");
        foreach (var result in document.Results)
        {
            var setting = result.Setting;
            page.Line($"<tr><td>{EvaluationText.Name(setting.Method)}</td><td>{ClassificationText.Name(setting.Calibration)}</td><td>{ClassificationText.Loss(setting)}</td><td>{ClassificationText.Join(setting)}</td><td>{ClassificationText.Layers(setting)}</td><td>{EvaluationText.Rate(setting.Rate)}</td><td>{ClassificationText.Share(result.Accuracy)}</td><td>{Deviation(result)}</td><td>{ClassificationText.Share(result.SelectionAccuracy)}</td><td>{result.Tried}</td></tr>");
        }

        page.Raw("</tbody></table></div>\n</main>\n</body>\n</html>\n");
        stream.Write(Encoding.UTF8.GetBytes(page.ToString()));
    }

    private static string Deviation(ClassificationResult result) => result.Deviation is { } deviation ? ClassificationText.Share(deviation) : "–";

    private static void Bars(Markup page, ClassificationDocument document)
    {
        var height = (RowHeight * document.Results.Count) + Below;
        page.Line($"<figure class=\"scroll\"><svg viewBox=\"0 0 {Width} {height}\" style=\"min-width:{Width}px;max-width:{Width}px\" role=\"img\" aria-label=\"accuracy by method\">");
        Shares(page, height - Below);
        foreach (var (row, result) in document.Results.Index())
        {
            var (y, style) = ((row * RowHeight) + (RowHeight / 2), MethodStyle.Of(result.Setting.Method));
            page.Line($"<text class=\"label\" x=\"{Left - 8}\" y=\"{y + 4}\" text-anchor=\"end\">{EvaluationText.Name(result.Setting.Method)}, {ClassificationText.Name(result.Setting.Calibration)}</text>");
            page.Line($"<line class=\"line {style}\" x1=\"{Left}\" x2=\"{X(result.Accuracy)}\" y1=\"{y}\" y2=\"{y}\" style=\"stroke-width:12\"><title>{ClassificationText.Name(result.Setting)}, rate {EvaluationText.Rate(result.Setting.Rate)}: {ClassificationText.Share(result.Accuracy)} ± {Deviation(result)}</title></line>");
            if (result.Deviation is { } deviation)
            {
                page.Line($"<line class=\"whisker none\" x1=\"{X(Math.Max(0, result.Accuracy - deviation))}\" x2=\"{X(Math.Min(1, result.Accuracy + deviation))}\" y1=\"{y}\" y2=\"{y}\"/>");
            }
        }

        page.Raw("</svg></figure>\n");
    }

    private static void Rates(Markup page, ClassificationDocument document, Calibration calibration, bool isMean)
    {
        var curves = document.Outcomes
            .Where(outcome => outcome.Setting.Rate is not null && outcome.Setting.Calibration == calibration && outcome.Setting.Method == EvaluationMethod.Dynamic == isMean)
            .GroupBy(static outcome => outcome.Setting with { Rate = null })
            .Select(group => (group.Key, Points: group.GroupBy(static outcome => outcome.Setting.Rate!.Value)
                .Select(at => (Rate: at.Key, Accuracy: at.Average(outcome => Reported(document, outcome)))).OrderBy(static point => point.Rate).ToArray()))
            .ToArray();
        if (curves.Length == 0 || document.Results.Count == 0)
        {
            return;
        }

        const double Plot = 200;
        double[] rates = [.. curves.SelectMany(static curve => curve.Points).Select(static point => Math.Log10(point.Rate)).Distinct().Order()];
        double Across(double rate) => 46 + 12 + (rates.Length == 1 ? 160 : 320 * (Math.Log10(rate) - rates[0]) / (rates[^1] - rates[0]));
        static double Up(double share) => 12 + (Plot * (1 - share));
        page.Line($"<figure><h3>{ClassificationText.Name(calibration)}, {(isMean ? "rates of a mean gradient" : "rates of a summed gradient")}</h3><svg viewBox=\"0 0 420 260\" role=\"img\" aria-label=\"accuracy against learning rate\">");
        for (var tick = 0; tick <= 4; tick++)
        {
            page.Line($"<line class=\"grid\" x1=\"46\" x2=\"408\" y1=\"{Up(tick / 4.0)}\" y2=\"{Up(tick / 4.0)}\"/><text class=\"tick\" x=\"41\" y=\"{Up(tick / 4.0) + 4}\" text-anchor=\"end\">{tick * 25} %</text>");
        }

        foreach (var rate in curves.SelectMany(static curve => curve.Points).Select(static point => point.Rate).Distinct())
        {
            page.Line($"<text class=\"tick\" x=\"{Across(rate)}\" y=\"{Up(0) + 15}\" text-anchor=\"middle\">{EvaluationText.Rate(rate)}</text>");
        }

        foreach (var (setting, points) in curves)
        {
            var style = MethodStyle.Of(setting.Method);
            page.Line($"<polyline class=\"line {style}\" style=\"fill:none\" points=\"{string.Join(' ', points.Select(point => FormattableString.Invariant($"{Across(point.Rate):0.#},{Up(point.Accuracy):0.#}")))}\"/>");
            foreach (var point in points)
            {
                page.Line($"<circle class=\"dot {style}\" cx=\"{Across(point.Rate)}\" cy=\"{Up(point.Accuracy)}\" r=\"3.5\"><title>{Described(setting)}, rate {EvaluationText.Rate(point.Rate)}: {ClassificationText.Share(point.Accuracy)}</title></circle>");
            }
        }

        page.Raw("</svg></figure>\n");

        string Described(ClassificationSetting setting) => ClassificationText.Name(setting with { Rate = 0 });
    }

    /// <summary>The share that is right of the tests that are reported.</summary>
    private static double Reported(ClassificationDocument document, ClassificationOutcome outcome)
    {
        bool?[] right = [.. outcome.Right.Where((_, at) => document.AsPublished || document.Tests[at] % 2 == 1)];
        return right.Count(static one => one == true) / (double)Math.Max(1, right.Length);
    }

    private static double X(double share) => Left + ((Right - Left) * share);

    private static void Shares(Markup page, double bottom)
    {
        for (var tick = 0; tick <= 4; tick++)
        {
            page.Line($"<line class=\"grid\" x1=\"{X(tick / 4.0)}\" x2=\"{X(tick / 4.0)}\" y1=\"0\" y2=\"{bottom}\"/><text class=\"tick\" x=\"{X(tick / 4.0)}\" y=\"{bottom + 16}\" text-anchor=\"middle\">{tick * 25} %</text>");
        }
    }
}
