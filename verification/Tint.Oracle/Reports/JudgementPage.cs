using System.Globalization;
using System.Text;
using Tint.Oracle.Judging;
using Tint.Verification.Reports.Page;

namespace Tint.Oracle.Reports;

/// <summary>The page that <c>tint judge --html</c> writes: one file that needs nothing else.</summary>
internal static class JudgementPage
{
    /// <summary>Writes the page as UTF-8.</summary>
    public static void Write(Judgement judgement, Stream stream)
    {
        var page = new Markup()
            .Head($"TinT: {judgement.Name} judged", heading: $"{judgement.Name} judged")
            .Line($"<p>{JudgementText.Coverage(judgement)}</p>")
            .Line($"<p><b>{JudgementText.Summary(judgement)}</b></p>")
            .Raw("<table><thead><tr><th>case</th><th>tensor</th><th>verdict</th><th>error</th><th>bound</th><th>error/bound</th></tr></thead><tbody>\n");
        foreach (var item in judgement.Cases)
        {
            foreach (var tensor in item.Tensors)
            {
                var shown = tensor.OnOwnInputs is { Passed: false } own ? own : tensor.Judgement;
                page.Line($"<tr><td>{item.Case.Id}</td><td>{tensor.Tensor}</td><td>{Words.Of(tensor)}</td><td>{Number(shown?.Error)}</td><td>{Number(shown?.Bound)}</td><td>{Number(shown?.Ratio)}</td></tr>");
            }
        }

        page.Raw("</tbody></table>\n");
        foreach (var item in judgement.Cases.Where(item => !item.Passed))
        {
            page.Line($"<h2>{item.Case.Id}</h2>").Raw("<pre style=\"white-space:pre-wrap\">").Text(string.Join('\n', JudgementText.Lines(item, judgement))).Raw("</pre>\n");
        }

        page.Raw("</main>\n</body>\n</html>\n");
        stream.Write(Encoding.UTF8.GetBytes(page.ToString()));
    }

    private static string Number(double? value) =>
        value is { } number && double.IsFinite(number) ? number.ToString("0.0e+00", CultureInfo.InvariantCulture) : "–";
}
