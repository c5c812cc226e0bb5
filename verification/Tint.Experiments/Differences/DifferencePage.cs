using System.Text;
using Tint.Verification.Reports.Page;

namespace Tint.Experiments.Differences;

/// <summary>The page that <c>tint diff --html</c> writes: heat maps of relative error and cosine by layer and setting, and the numbers with their certificates.</summary>
public static class DifferencePage
{
    private const int Cell = 64;
    private const int RowHeight = 26;
    private const int Names = 86;

    /// <summary>A character of a slanted label: how far it reaches down and to the right, in pixels from above.</summary>
    private const double Down = 4.9;
    private const double Along = 4.1;

    /// <summary>Writes the page as UTF-8.</summary>
    public static void Write(DifferenceDocument document, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(stream);
        DifferencePoint[] points = [.. document.Points.Where(static point => point.Layers.Count > 0)];
        var page = new Markup()
            .Head("TinT against SGD, layer by layer", "svg .cell text { fill: #000; }")
            .Line($"<p>{document.Model}; {document.Windows} {(document.Windows == 1 ? "window" : "windows")} of {document.Window} tokens of {document.Text}; {document.Engine} on {document.Provider}. Updates of all windows as one vector; plain SGD also trains queries and keys, which only a faithful TinT does.</p>\n");
        Map(page, "Relative error ‖TinT − SGD‖/‖SGD‖", points, static layer => layer.Relative, static value => DifferenceText.Relative(value), static value => 1 - Math.Clamp(value, 0, 1));
        Map(page, "Cosine", points, static layer => layer.Cosine, static value => DifferenceText.Cosine(value), static value => Math.Clamp(value, 0, 1));
        Map(page, "First gradient: error over certificate", points, static layer => layer.Certificate > 0 ? layer.GradientError / layer.Certificate : null, static value => DifferenceText.Relative(value), static value => 1 - Math.Clamp(value, 0, 1));
        page.Raw("<h2>Numbers</h2>\n<div class=\"scroll\"><table><thead><tr><th>setting</th><th>of</th><th>cosine</th><th>relative</th><th>‖TinT‖</th><th>‖SGD‖</th><th>gradient error</th><th>certificate</th></tr></thead><tbody>\n");
        foreach (var point in document.Points)
        {
            var name = DifferenceText.Name(point.Setting, document.Points);
            if (point.Problem is { } problem)
            {
                page.Line($"<tr><td>{name}</td><td colspan=\"7\">{problem}</td></tr>");
            }

            foreach (var layer in point.Layers)
            {
                page.Line($"<tr><td>{name}</td><td>{DifferenceText.Layer(layer.Layer)}</td><td>{DifferenceText.Cosine(layer.Cosine)}</td><td>{DifferenceText.Relative(layer.Relative)}</td><td>{Number(layer.SimulatedNorm)}</td><td>{Number(layer.TrueNorm)}</td><td>{Number(layer.GradientError)}</td><td>{Number(layer.Certificate)}</td></tr>");
            }
        }

        page.Raw("</tbody></table></div>\n</main>\n</body>\n</html>\n");
        stream.Write(Encoding.UTF8.GetBytes(page.ToString()));
    }

    private static string Number(double? value) => value is { } number ? FormattableString.Invariant($"{number:0.00e+00}") : "–";

    /// <summary>A row a layer, the top one first; a column a setting. The better, the lighter.</summary>
    private static void Map(
        Markup page, string title, DifferencePoint[] points, Func<LayerDifference, double?> value, Func<double?, string> words, Func<double, double> goodness)
    {
        int?[] layers = [null, .. points.SelectMany(static point => point.Layers).Select(static layer => layer.Layer).OfType<int>().Distinct().OrderDescending().Cast<int?>()];
        var longest = points.Select(point => DifferenceText.Name(point.Setting, points).Length).DefaultIfEmpty().Max();
        var (width, height) = (Names + (Cell * points.Length) + (int)(Along * longest) - (Cell / 2), (RowHeight * layers.Length) + 16 + (int)(Down * longest));
        page.Line($"<h2>{title}</h2>\n<figure class=\"scroll\"><svg viewBox=\"0 0 {width} {height}\" style=\"min-width:{width}px;width:{width}px\" role=\"img\" aria-label=\"{title}\">");
        foreach (var (row, layer) in layers.Index())
        {
            var y = row * RowHeight;
            page.Line($"<text class=\"label\" x=\"0\" y=\"{y + 17}\">{DifferenceText.Layer(layer)}</text>");
            foreach (var (column, point) in points.Index())
            {
                var shown = point.Layers.Where(one => one.Layer == layer).Select(value).FirstOrDefault();
                var fill = shown is { } number ? FormattableString.Invariant($"hsl({200 * goodness(number):0} 70% {55 + (30 * goodness(number)):0}%)") : "none";
                page.Line($"<g class=\"cell\"><rect x=\"{Names + (column * Cell)}\" y=\"{y}\" width=\"{Cell - 1}\" height=\"{RowHeight - 1}\" fill=\"{fill}\"/><text x=\"{Names + (column * Cell) + (Cell / 2)}\" y=\"{y + 17}\" text-anchor=\"middle\">{words(shown)}</text></g>");
            }
        }

        foreach (var (column, point) in points.Index())
        {
            var (x, y) = (Names + (column * Cell) + (Cell / 2), (layers.Length * RowHeight) + 8);
            page.Line($"<text class=\"tick\" transform=\"translate({x},{y}) rotate(50)\">{DifferenceText.Name(point.Setting, points)}</text>");
        }

        page.Raw("</svg></figure>\n");
    }
}
