using System.Globalization;
using System.Text;

namespace Tint.Experiments.Training;

/// <summary>The loss against the step, drawn: in one line of a terminal, or as SVG.</summary>
public static class LossCurve
{
    private const double Width = 720;
    private const double Height = 300;
    private const double Left = 52;
    private const double Right = 708;
    private const double Top = 14;
    private const double Bottom = 258;
    private const string Blocks = "▁▂▃▄▅▆▇█";

    /// <summary>Bars whose heights are the means of equal stretches, the lowest stretch the lowest bar.</summary>
    public static string Line(IReadOnlyList<double> losses, int width)
    {
        var means = Means(losses, width);
        var (least, most) = (means.Min(static point => point.Loss), means.Max(static point => point.Loss));
        return string.Concat(means.Select(point =>
            Blocks[most > least ? (int)Math.Round((Blocks.Length - 1) * (point.Loss - least) / (most - least)) : 0]));
    }

    /// <summary>The curve as an SVG file of its own.</summary>
    public static void WriteSvg(IReadOnlyList<double> losses, double? heldOut, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(losses);
        ArgumentNullException.ThrowIfNull(stream);
        var means = Means(losses, 240);
        var most = means.Max(static point => point.Loss) * 1.05;
        double X(double step) => Left + ((Right - Left) * step / Math.Max(1, losses.Count));
        double Y(double loss) => Bottom - ((Bottom - Top) * loss / most);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<title>Loss against step: {losses.Count} steps</title>\n<rect width=\"{Width}\" height=\"{Height}\" fill=\"white\"/>\n");
        for (var tick = 0; tick <= 4; tick++)
        {
            var (loss, step) = (most * tick / 4, losses.Count * tick / 4);
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Right}\" y1=\"{Y(loss):0.#}\" y2=\"{Y(loss):0.#}\" stroke=\"#ddd\"/>\n");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 6}\" y=\"{Y(loss) + 4:0.#}\" text-anchor=\"end\">{loss:0.00}</text>\n");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(step):0.#}\" y=\"{Bottom + 18}\" text-anchor=\"middle\">{step}</text>\n");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + Right) / 2}\" y=\"{Height - 8}\" text-anchor=\"middle\">step; loss in nats a token</text>\n");
        svg.Append("<polyline fill=\"none\" stroke=\"#0b63b0\" stroke-width=\"1.5\" points=\"");
        svg.AppendJoin(' ', means.Select(point => FormattableString.Invariant($"{X(point.Step):0.#},{Y(point.Loss):0.#}"))).Append("\"/>\n");
        if (heldOut is { } level)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Right}\" y1=\"{Y(level):0.#}\" y2=\"{Y(level):0.#}\" stroke=\"#c2540a\" stroke-dasharray=\"5 4\"/>\n");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Right}\" y=\"{Y(level) - 5:0.#}\" text-anchor=\"end\" fill=\"#c2540a\">held out {level:0.000}</text>\n");
        }

        stream.Write(Encoding.UTF8.GetBytes(svg.Append("</svg>\n").ToString()));
    }

    private static (double Step, double Loss)[] Means(IReadOnlyList<double> losses, int most)
    {
        var count = Math.Min(most, losses.Count);
        return
        [
            .. Enumerable.Range(0, count).Select(part =>
            {
                int first = (int)((long)part * losses.Count / count), end = (int)((part + 1L) * losses.Count / count);
                return ((first + end) / 2.0, losses.Skip(first).Take(end - first).Average());
            }),
        ];
    }
}
