using System.Globalization;
using System.Text;
using Tint.Verification.Reports.Page;

namespace Tint.Experiments.Evaluation;

/// <summary>The page that <c>tint evaluate --html</c> writes: perplexity against train fraction and learning rate, with intervals.</summary>
public static class EvaluationPage
{
    private const double Width = 420;
    private const double Height = 270;
    private const double Left = 46;
    private const double Right = 408;
    private const double Top = 12;
    private const double Bottom = 222;

    /// <summary>Writes the page as UTF-8.</summary>
    public static void Write(EvaluationDocument document, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(stream);
        var page = new Markup()
            .Head("TinT evaluation", MethodStyle.Css);
        foreach (var verdict in document.Verdicts)
        {
            page.Line($"<div class=\"verdict {(verdict.Contains(" is between dynamic", StringComparison.Ordinal) ? "good" : "wrong")}\" role=\"status\">{verdict}</div>");
        }

        foreach (var note in document.Notes)
        {
            page.Line($"<p class=\"soft\">{note}.</p>");
        }

        page.Line($"<p>{document.Model} ({document.Family}), {document.Tokenizer}; text: {document.Text}; windows of {document.Window} tokens.</p>")
            .Line($"<p class=\"soft\">Rates were chosen on {document.SelectingWindows} windows and results are reported on {document.ReportingWindows}{(document.AsPublished ? ", the same ones, as published" : ", others")}. Bars and brackets are 95 % intervals with windows as the sample. Shard {document.Shard}.</p>");
        Key(page, document);
        page.Raw("<h2>Perplexity against train fraction, at the chosen rates</h2>\n<div class=\"cards charts\" style=\"max-width:46rem\"><figure>\n");
        Chart(page, document.Chosen, static point => point.Fraction, "train fraction", isLog: false);
        page.Raw("</figure></div>\n<h2>Perplexity against learning rate</h2>\n<div class=\"cards charts\">\n");
        foreach (var group in document.Reported.Where(static point => point.Rate is not null).GroupBy(static point => (point.Fraction, IsMean: point.Method == EvaluationMethod.Dynamic)))
        {
            page.Line($"<figure><h3>fraction {group.Key.Fraction:0.##}, {(group.Key.IsMean ? "rates of a mean gradient" : "rates of a summed gradient")}</h3>");
            Chart(page, [.. group], static point => point.Rate!.Value, "learning rate", isLog: true);
            page.Raw("</figure>\n");
        }

        page.Raw("</div>\n<h2>Numbers</h2>\n<div class=\"scroll\"><table><thead><tr><th>method</th><th>fraction</th><th>steps</th><th>layers</th><th>rate</th><th>perplexity</th><th>95 %</th><th>loss − vanilla</th></tr></thead><tbody>\n");
        foreach (var point in document.Chosen)
        {
            page.Line($"<tr><td>{EvaluationText.Name(point.Method)}</td><td>{point.Fraction:0.##}</td><td>{EvaluationText.Steps(point)}</td><td>{EvaluationText.Layers(point)}</td><td>{EvaluationText.Rate(point.Rate)}</td><td>{EvaluationText.Number(point.Perplexity)}</td><td>{EvaluationText.Interval(point)}</td><td>{EvaluationText.Change(point)}</td></tr>");
        }

        page.Raw("</tbody></table></div>\n")
            .Line($"<p class=\"soft\">{document.Seconds:0} s, at most {document.ParallelWindows} windows at once within {document.MemoryGib:0.##} GiB, {document.PeakGib:0.##} GiB taken; {document.Engine} on {document.Provider}.</p>")
            .Raw("</main>\n</body>\n</html>\n");
        stream.Write(Encoding.UTF8.GetBytes(page.ToString()));
    }

    private static void Key(Markup page, EvaluationDocument document)
    {
        page.Raw("<ul class=\"key\">");
        foreach (var method in document.Reported.Select(static point => point.Method).Distinct())
        {
            page.Line($"<li><i class=\"{MethodStyle.Of(method)}\"></i>{EvaluationText.Name(method)}</li>");
        }

        page.Raw("</ul>\n");
    }

    private static void Chart(Markup page, IReadOnlyList<EvaluationPoint> points, Func<EvaluationPoint, double> place, string name, bool isLog)
    {
        EvaluationPoint[] shown = [.. points.Where(static point => point.Perplexity is not null)];
        if (shown.Length == 0)
        {
            page.Raw("<p>no finite result</p>\n");
            return;
        }

        double At(EvaluationPoint point) => isLog ? Math.Log10(place(point)) : place(point);
        var (first, last) = (shown.Min(At), shown.Max(At));
        var (least, most) = (shown.Min(static point => point.Low ?? point.Perplexity!.Value), shown.Min(static point => point.Perplexity!.Value) * 3);
        most = Math.Min(most, shown.Max(static point => point.High ?? point.Perplexity!.Value));
        (first, last) = last > first ? (first, last) : (first - 0.5, last + 0.5);
        double X(double value) => Left + 12 + ((Right - Left - 24) * (value - first) / (last - first));
        double Y(double value) => Bottom - ((Bottom - Top) * (Math.Min(value, most) - least) / Math.Max(most - least, 1e-12));
        page.Line($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"perplexity against {name}\">");
        for (var tick = 0; tick <= 4; tick++)
        {
            var value = least + ((most - least) * tick / 4);
            page.Line($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Right}\" y1=\"{Y(value)}\" y2=\"{Y(value)}\"/><text class=\"tick\" x=\"{Left - 5}\" y=\"{Y(value) + 4}\" text-anchor=\"end\">{value.ToString("G3", CultureInfo.InvariantCulture)}</text>");
        }

        foreach (var value in shown.Select(place).Distinct().Order())
        {
            page.Line($"<text class=\"tick\" x=\"{X(isLog ? Math.Log10(value) : value)}\" y=\"{Bottom + 15}\" text-anchor=\"middle\">{(isLog ? EvaluationText.Rate(value) : value.ToString("0.##", CultureInfo.InvariantCulture))}</text>");
        }

        page.Line($"<text class=\"name\" x=\"{(Left + Right) / 2}\" y=\"{Height - 10}\" text-anchor=\"middle\">{name}</text>");
        foreach (var curve in shown.GroupBy(static point => (point.Method, point.Steps, point.Layers)))
        {
            var style = MethodStyle.Of(curve.Key.Method);
            EvaluationPoint[] along = [.. curve.OrderBy(At)];
            page.Line($"<polyline class=\"line {style}\" style=\"fill:none\" points=\"{string.Join(' ', along.Select(point => FormattableString.Invariant($"{X(At(point)):0.#},{Y(point.Perplexity!.Value):0.#}")))}\"/>");
            foreach (var point in along)
            {
                if (point.Low is { } low && point.High is { } high)
                {
                    page.Line($"<line class=\"whisker {style}\" x1=\"{X(At(point))}\" x2=\"{X(At(point))}\" y1=\"{Y(low)}\" y2=\"{Y(high)}\"/>");
                }

                page.Line($"<circle class=\"dot {style}\" cx=\"{X(At(point))}\" cy=\"{Y(point.Perplexity!.Value)}\" r=\"3.5\"><title>{EvaluationText.Name(point.Method)}, rate {EvaluationText.Rate(point.Rate)}, {EvaluationText.Steps(point)} steps, layers {EvaluationText.Layers(point)}: {EvaluationText.Number(point.Perplexity)}</title></circle>");
            }
        }

        page.Raw("</svg>\n");
    }
}
