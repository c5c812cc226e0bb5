using System.Text;
using Tint.Verification.Reports.Page;

namespace Tint.Verification.Past;

/// <summary>The sizes of <see cref="PastDocument"/> against d, drawn as an SVG file of its own: parameters of a step, and width, both axes logarithmic.</summary>
internal static class PastDrawing
{
    private const double Width = 760;
    private const double Panel = 380;
    private const double Left = 52;
    private const double Right = 366;
    private const double Top = 92;
    private const double Bottom = 330;
    private const double Height = 372;
    private const double Radius = 3;
    private static readonly string[] Colours = ["#0b63b0", "#c2540a", "#6b4fb3", "#0b6b3a", "#8a6d00"];

    /// <summary>Writes the drawing as UTF-8.</summary>
    public static void WriteTo(PastDocument document, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(stream);
        var constructions = document.Sizes.GroupBy(static row => row.Construction).ToArray();
        var svg = new Markup()
            .Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\" role=\"img\">")
            .Line($"<title>Parameters and width of each construction against d, n = {document.Examples}</title>")
            .Line($"<rect width=\"{Width}\" height=\"{Height}\" fill=\"white\"/>");
        foreach (var (index, construction) in constructions.Index())
        {
            var (x, y) = (Left + (Panel * (index % 2)), 20 + (20 * (index / 2)));
            Curve(svg, index, [(x, y - 4), (x + 14, y - 4), (x + 28, y - 4)]);
            svg.Line($"<text x=\"{x + 36}\" y=\"{y}\">{construction.Key}</text>");
        }

        Chart(svg, constructions, 0, "parameters of a step", static row => row.ParametersOfStep);
        Chart(svg, constructions, Panel, "width", static row => row.Width);
        stream.Write(Encoding.UTF8.GetBytes(svg.Raw("</svg>\n").ToString()));
    }

    private static void Chart(Markup svg, IGrouping<string, PastRow>[] constructions, double shift, string what, Func<PastRow, double> size)
    {
        int least = PastDocument.Dimensions.Min(), most = PastDocument.Dimensions.Max();
        double Across(int dimension) => shift + Left + ((Right - Left) * Math.Log2(dimension / (double)least) / Math.Log2(most / (double)least));
        var up = LogAxis.Of(constructions.SelectMany(static rows => rows).Select(size), Bottom, Top);
        foreach (var exponent in up.Ticks)
        {
            var y = up.At(Math.Pow(10, exponent));
            svg.Line($"<line x1=\"{shift + Left}\" x2=\"{shift + Right}\" y1=\"{y}\" y2=\"{y}\" stroke=\"#ddd\"/>");
            svg.Line($"<text x=\"{shift + Left - 6}\" y=\"{y + 4}\" text-anchor=\"end\">{LineChart.Power(exponent)}</text>");
        }

        foreach (var dimension in PastDocument.Dimensions)
        {
            svg.Line($"<text x=\"{Across(dimension)}\" y=\"{Bottom + 17}\" text-anchor=\"middle\">{dimension}</text>");
        }

        svg.Line($"<text x=\"{shift + ((Left + Right) / 2)}\" y=\"{Bottom + 36}\" text-anchor=\"middle\">{what} against d</text>");
        foreach (var (index, rows) in constructions.Index())
        {
            Curve(svg, index, [.. rows.OrderBy(static row => row.Dimension).Select(row => (Across(row.Dimension), up.At(size(row))))]);
        }
    }

    /// <summary>A line through its points; every second one dashed with larger, open points, so that one that lies on another is seen.</summary>
    private static void Curve(Markup svg, int index, IReadOnlyList<(double X, double Y)> points)
    {
        var (colour, isOpen) = (Colours[index % Colours.Length], index % 2 == 1);
        var path = string.Join(' ', points.Select(static point => FormattableString.Invariant($"{point.X:0.#},{point.Y:0.#}")));
        svg.Line($"<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\" stroke-dasharray=\"{(isOpen ? "5 3" : "none")}\" points=\"{path}\"/>");
        foreach (var (x, y) in points)
        {
            svg.Line($"<circle cx=\"{x}\" cy=\"{y}\" r=\"{(isOpen ? Radius + 2 : Radius)}\" stroke=\"{colour}\" fill=\"{(isOpen ? "none" : colour)}\"/>");
        }
    }
}
