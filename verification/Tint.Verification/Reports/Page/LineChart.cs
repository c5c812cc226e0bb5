namespace Tint.Verification.Reports.Page;

/// <summary>Curves on two logarithmic axes, with marks at places of the horizontal one. Colours come from classes of the page's style.</summary>
internal sealed record LineChart
{
    private const double Width = 360;
    private const double Height = 264;
    private const double Left = 40;
    private const double Right = 352;
    private const double Top = 12;
    private const double Bottom = 222;

    /// <summary>What the chart shows, for those who do not see it.</summary>
    public required string Description { get; init; }

    /// <summary>The horizontal axis's name.</summary>
    public required string Horizontal { get; init; }

    /// <summary>The curves.</summary>
    public required IReadOnlyList<Series> Curves { get; init; }

    /// <summary>Where the vertical axis ends at the latest; curves leave the drawing there.</summary>
    public required double Most { get; init; }

    /// <summary>Places marked on the horizontal axis.</summary>
    public IReadOnlyList<Mark> Marks { get; init; } = [];

    public Markup Draw()
    {
        var points = Curves.SelectMany(curve => curve.Points).ToArray();
        var across = LogAxis.Of(points.Select(point => point.X), Left, Right);
        var measured = Curves.Where(curve => !curve.IsDashed).SelectMany(curve => curve.Points).Select(point => point.Y);
        var up = LogAxis.Of(measured.Where(y => y <= Most), Bottom, Top);
        var svg = new Markup().Line($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Description}\">");
        foreach (var exponent in up.Ticks)
        {
            var y = up.At(Math.Pow(10, exponent));
            svg.Line($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Right}\" y1=\"{y}\" y2=\"{y}\"/>");
            svg.Line($"<text class=\"tick\" x=\"{Left - 5}\" y=\"{y + 4}\" text-anchor=\"end\">{Power(exponent)}</text>");
        }

        foreach (var exponent in across.Ticks)
        {
            var anchor = exponent == across.Last ? "end" : exponent == across.First ? "start" : "middle";
            svg.Line($"<text class=\"tick\" x=\"{across.At(Math.Pow(10, exponent))}\" y=\"{Bottom + 15}\" text-anchor=\"{anchor}\">{Power(exponent)}</text>");
        }

        svg.Line($"<line class=\"axis\" x1=\"{Left}\" x2=\"{Right}\" y1=\"{Bottom}\" y2=\"{Bottom}\"/>");
        svg.Line($"<text class=\"name\" x=\"{(Left + Right) / 2}\" y=\"{Height - 8}\" text-anchor=\"middle\">{Horizontal}</text>");
        foreach (var mark in Marks)
        {
            var x = across.At(mark.X);
            svg.Line($"<line class=\"mark {mark.Style}\" x1=\"{x}\" x2=\"{x}\" y1=\"{Top}\" y2=\"{Bottom}\"><title>{mark.Name}</title></line>");
        }

        foreach (var curve in Curves)
        {
            var path = string.Join(' ', curve.Points.Where(point => point.Y <= Math.Pow(10, up.Last)).Select(point => FormattableString.Invariant($"{across.At(point.X):0.#},{up.At(point.Y):0.#}")));
            svg.Line($"<polyline class=\"line {curve.Style}{(curve.IsDashed ? " dashed" : string.Empty)}\" points=\"{path}\"><title>{curve.Name}</title></polyline>");
        }

        return svg.Raw("</svg>\n");
    }

    /// <summary>10 to a power, with superscript digits.</summary>
    internal static string Power(int exponent) => exponent == 0 ? "1" : "10" + string.Concat(FormattableString.Invariant($"{exponent}").Select(
        character => character == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[character - '0']));

    /// <summary>A curve.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Style">Its class.</param>
    /// <param name="Points">Its points, from left to right.</param>
    /// <param name="IsDashed">Whether it is a prediction; dashed curves do not stretch the vertical axis.</param>
    internal sealed record Series(string Name, string Style, IReadOnlyList<(double X, double Y)> Points, bool IsDashed = false);

    /// <summary>A marked place.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Style">Its class.</param>
    /// <param name="X">The place.</param>
    internal sealed record Mark(string Name, string Style, double X);
}
