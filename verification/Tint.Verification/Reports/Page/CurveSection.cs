using Tint.Verification.Curves;

namespace Tint.Verification.Reports.Page;

/// <summary>The U-curve: the error of each finite-difference module against N.</summary>
internal static class CurveSection
{
    private const double PublishedScale = 1000;
    private const double LargestError = 10;
    private static readonly string[] Styles = ["one", "two", "three", "four", "five"];

    public static Markup Draw(PageContent content) => new Markup()
        .Raw("<h2>How large may N be?</h2>\n")
        .Raw("<p>TinT takes derivatives by a difference, N(f(x + g/N) − f(x)), or beyond the paper from both sides of x (central). A larger N makes Taylor’s remainder smaller and the rounding of the ")
        .Raw("difference larger, so the error against the true gradient is U-shaped. Solid lines are measured, dashed lines the certificates’ bounds, ")
        .Raw("dotted lines the N at which these are least. The published code uses N = 1000 (grey).</p>\n")
        .Raw("<div class=\"cards charts\">\n")
        .Add(Figure("ActivationBackward (gelu_new)", content.Activation))
        .Add(Figure("LayerNormBackward", content.LayerNorm))
        .Add(content.Scores.Count > 0 ? Figure("AttentionScoreBackward, beyond the published code", content.Scores) : new Markup())
        .Raw("</div>\n");

    private static Markup Figure(string title, IReadOnlyList<ScaleCurve> curves)
    {
        var markup = new Markup().Line($"<figure><h3>{title}</h3><ul class=\"key\">");
        foreach (var (index, curve) in curves.Index())
        {
            markup.Line($"<li><i class=\"{Styles[index]}\"></i>{curve.Name}</li>");
        }

        markup.Raw("<li><i class=\"dash none\"></i>bound</li></ul>\n").Add(new LineChart
        {
            Description = $"Relative error of {title} against N, measured and bounded",
            Horizontal = "N, the finite-difference scale; upward: relative error",
            Most = LargestError,
            Curves =
            [
                .. curves.Select((curve, index) => Series(curve.Name, Styles[index], curve.Measured, isDashed: false)),
                .. curves.Index().Where(item => item.Item.Predicted.Count > 0)
                    .Select(item => Series($"{item.Item.Name}, bound", Styles[item.Index], item.Item.Predicted, isDashed: true)),
            ],
            Marks =
            [
                new LineChart.Mark("N = 1000, as published", "none", PublishedScale),
                .. curves.Index().Where(item => item.Item.PredictedOptimum is not null)
                    .Select(item => new LineChart.Mark($"{item.Item.Name}: predicted best N", Styles[item.Index], item.Item.PredictedOptimum!.Value)),
            ],
        }.Draw()).Raw("<figcaption>");
        foreach (var curve in curves)
        {
            var published = curve.Measured.MinBy(point => Math.Abs(Math.Log(point.Scale / PublishedScale)))!.Error;
            var predicted = curve.PredictedOptimum is { } optimum ? $", predicted {PageText.Size(optimum)}" : string.Empty;
            markup.Line($"{curve.Name}: best N measured {PageText.Size(curve.MeasuredOptimum)}{predicted}; error there {PageText.Size(curve.Measured.Min(point => point.Error))}, at N = 1000 {PageText.Size(published)}.<br>");
        }

        return markup.Raw("</figcaption></figure>\n");
    }

    private static LineChart.Series Series(string name, string style, IReadOnlyList<CurvePoint> points, bool isDashed) =>
        new(name, style, [.. points.Select(point => (point.Scale, point.Error))], isDashed);
}
