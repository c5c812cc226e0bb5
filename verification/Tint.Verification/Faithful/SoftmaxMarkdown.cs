using System.Globalization;
using System.Text;
using Tint.Verification.Reports.Page;

namespace Tint.Verification.Faithful;

/// <summary>Writes the measurement of softmax attention alone as a section of Markdown.</summary>
internal static class SoftmaxMarkdown
{
    private const string Head = """

        ## Softmax attention alone

        [`UseSoftmax`](../reference/README.md#c40-softmax-attention-alone) replaces linear attention by softmax attention over positions and their twins. What training adds to the weights of a whole model, all as one vector, and the logits after it,
        against those of the linear TinT of the same options: ‖softmax − linear‖/‖linear‖ falls as 1/M² until rounding, which grows as M, takes over.


        """;

    private const string Curves = """

        The error of `LinearForward` alone against M, relative to W x: where it is least as measured and as the certificate predicts, and how large it is there.


        """;

    private const string Costs = """

        What it costs for GPT-2 and 1024 tokens, twins included: scores and products are those of one `LinearForward` as its layer of attention does them, all heads, twins asking as well. Time is that of a step on one layer of its width, of the closed
        form with 256 tokens and of the construction with 64, neither of which carries the twins' states, as they are the negatives.


        """;

    /// <summary>The section.</summary>
    public static void Append(StringBuilder page, SoftmaxResult result)
    {
        page.Append(Head);
        Row(page, "M", result.Points.Select(point => Size(point.Scale)));
        Row(page, "---", result.Points.Select(static _ => "---:"));
        Row(page, "update, largest", result.Points.Select(point => Size(point.Update)));
        Row(page, "update, median", result.Points.Select(point => Size(point.MedianUpdate)));
        Row(page, "logits, largest", result.Points.Select(point => Size(point.Logits)));
        Row(page, "models", result.Points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.Models}")));
        page.Append(Curves);
        Row(page, "arithmetic", "best M", "predicted", "error there", "least bound", "error at M = 1000");
        Row(page, "---", "---:", "---:", "---:", "---:", "---:");
        foreach (var curve in result.Curves)
        {
            Row(
                page,
                curve.Arithmetic,
                Size(curve.MeasuredScale),
                Size(curve.PredictedScale),
                Size(curve.Error),
                Size(curve.Bound),
                Size(curve.ErrorAsPublished));
        }

        page.Append(Costs);
        Row(page, "attention", "prefixes", "positions", "parameters", "scores", "products", "closed form", "construction");
        Row(page, "---", "---:", "---:", "---:", "---:", "---:", "---:", "---:");
        foreach (var cost in result.Costs)
        {
            Row(
                page,
                cost.Name,
                $"{cost.Prefixes}",
                $"{cost.Positions}",
                string.Create(CultureInfo.InvariantCulture, $"{cost.Parameters:N0}"),
                string.Create(CultureInfo.InvariantCulture, $"{cost.Scores:N0}"),
                string.Create(CultureInfo.InvariantCulture, $"{cost.Flops / 1e9:0.0} GFLOP"),
                string.Create(CultureInfo.InvariantCulture, $"{cost.Seconds:0.00} s"),
                string.Create(CultureInfo.InvariantCulture, $"{cost.ConstructionSeconds:0.00} s"));
        }
    }

    private static string Size(double value) => PageText.Size(value);

    private static void Row(StringBuilder page, string first, params IEnumerable<string> cells) =>
        page.Append("| ").AppendJoin(" | ", cells.Prepend(first)).Append(" |\n");
}
