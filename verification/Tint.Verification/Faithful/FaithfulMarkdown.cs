using System.Globalization;
using System.Text;
using Tint.Verification.Reports.Page;

namespace Tint.Verification.Faithful;

/// <summary>Writes the measurement as a page of Markdown.</summary>
internal static class FaithfulMarkdown
{
    private const string Head = """
        # A TinT whose update is plain SGD's

        What each ingredient of [`Faithful()`](../reference/README.md#c39-plain-sgd-faithfully) buys and costs, each on top of those before it. *1 − cosine* is that of a layer's update to plain SGD's, all its parameters
        as one vector, queries and keys included: the worst layer of all whole models, at the N of 10² … 10⁷ where it is least, and at the published N = 1000. *Distance* is the median over layers of ‖simulated − true‖/‖true‖ at
        that N. Parameters and products of a step are GPT-2's, 1024 tokens with half of them trained on; time is that of the closed form's step on one layer of its width, 256 tokens.

        Written by `tint faithful --markdown verification/faithful.md`.


        """;

    /// <summary>The page.</summary>
    public static string Render(FaithfulDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var page = new StringBuilder(Head);
        Row(page, "ingredient", "what it changes", "1 − cosine", "on", "at N", "at N = 1000", "distance", "parameters", "products", "time");
        Row(page, "---", "---", "---:", "---", "---:", "---:", "---:", "---:", "---:", "---:");
        foreach (var row in document.Ingredients)
        {
            Row(
                page,
                row.Name,
                row.What,
                Size(row.Angle),
                $"`{row.AngleCase}`",
                Size(row.Scale),
                Size(row.AngleAsPublished),
                Size(row.Distance),
                string.Create(CultureInfo.InvariantCulture, $"{row.Parameters:N0}"),
                string.Create(CultureInfo.InvariantCulture, $"{row.Flops / 1e12:0.00} TFLOP"),
                string.Create(CultureInfo.InvariantCulture, $"{row.Seconds:0.00} s"));
        }

        page.Append(CultureInfo.InvariantCulture, $"\n{document.Cases.Count} whole models. The largest distance of any layer of those with a smooth activation, at each N: it falls as 1/N with forward and as 1/N² with central differences, until rounding takes over. (relu is exact beyond the N at which no z lies within |g|/N of its kink.)\n\n");
        Row(page, ["N", .. document.Ingredients[0].Points.Select(point => Size(point.Scale))]);
        Row(page, ["---", .. document.Ingredients[0].Points.Select(_ => "---:")]);
        foreach (var row in document.Ingredients)
        {
            Row(page, [row.Name, .. row.Points.Select(point => PageText.Size(point.Distance))]);
        }

        page.Append("\n## The bottoms of the U-curves\n\nThe error of each module against N, relative: where it is least as measured and as the certificates predict, and how large it is there.\n\n");
        Row(page, "module", "differences", "best N", "predicted", "error there", "least bound", "error at N = 1000");
        Row(page, "---", "---", "---:", "---:", "---:", "---:", "---:");
        foreach (var curve in document.Curves)
        {
            Row(
                page,
                $"`{curve.Module}`",
                curve.Arithmetic,
                Size(curve.MeasuredScale),
                Size(curve.PredictedScale),
                Size(curve.Error),
                Size(curve.Bound),
                Size(curve.ErrorAsPublished));
        }

        if (document.Softmax is { } softmax)
        {
            SoftmaxMarkdown.Append(page, softmax);
        }

        return page.ToString();
    }

    private static string Size(double value) => PageText.Size(value);

    private static void Row(StringBuilder page, params IEnumerable<string> cells) => page.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
