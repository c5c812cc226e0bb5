namespace Tint.Verification.Reports.Page;

/// <summary>Groups of horizontal bars on a logarithmic axis that ends at a limit which no bar may pass.</summary>
internal sealed record BarChart
{
    private const double Width = 360;
    private const double Left = 4;
    private const double Limit = 276;
    private const double Right = 304;
    private const double Values = 310;
    private const double LabelHeight = 17;
    private const double BarHeight = 11;
    private const double Gap = 7;
    private const double AxisHeight = 20;

    /// <summary>What the chart shows, for those who do not see it.</summary>
    public required string Description { get; init; }

    /// <summary>The exponent at which bars begin.</summary>
    public required int First { get; init; }

    /// <summary>The groups, from the top.</summary>
    public required IReadOnlyList<Group> Groups { get; init; }

    public Markup Draw()
    {
        var axis = new LogAxis(First, 0, Left, Limit);
        var height = AxisHeight + Groups.Sum(group => LabelHeight + (group.Bars.Count * BarHeight) + Gap);
        var svg = new Markup().Line($"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{Description}\">");
        foreach (var exponent in axis.Ticks)
        {
            var x = axis.At(Math.Pow(10, exponent));
            var anchor = exponent == First ? "start" : "middle";
            svg.Line($"<line class=\"{(exponent == 0 ? "limit" : "grid")}\" x1=\"{x}\" x2=\"{x}\" y1=\"{AxisHeight - 4}\" y2=\"{height}\"/>");
            svg.Line($"<text class=\"tick\" x=\"{x}\" y=\"{AxisHeight - 8}\" text-anchor=\"{anchor}\">{(exponent == 0 ? "bound" : LineChart.Power(exponent))}</text>");
        }

        var y = AxisHeight;
        foreach (var group in Groups)
        {
            svg.Line($"<text class=\"label\" x=\"{Left}\" y=\"{y + 12}\">{group.Name}</text>");
            y += LabelHeight;
            foreach (var bar in group.Bars)
            {
                DrawBar(svg, axis, bar, y);
                y += BarHeight;
            }

            y += Gap;
        }

        return svg.Raw("</svg>\n");
    }

    private static void DrawBar(Markup svg, LogAxis axis, Bar bar, double y)
    {
        // A bar beyond the limit reaches past it as far as there is room.
        var end = bar.Value > 1 || !double.IsFinite(bar.Value) ? Right : axis.At(bar.Value);
        var style = bar.Value <= 1 ? bar.Style : "bad";
        if (end > Left)
        {
            svg.Line($"<rect class=\"bar {style}\" x=\"{Left}\" y=\"{y}\" width=\"{end - Left}\" height=\"{BarHeight - 2}\" rx=\"1.5\"><title>{bar.Name}: {bar.Text}</title></rect>");
        }

        svg.Line($"<text class=\"value\" x=\"{Values}\" y=\"{y + 8.5}\">{bar.Text}</text>");
    }

    /// <summary>A group.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Bars">Its bars.</param>
    internal sealed record Group(string Name, IReadOnlyList<Bar> Bars);

    /// <summary>A bar.</summary>
    /// <param name="Name">What it stands for.</param>
    /// <param name="Style">Its class.</param>
    /// <param name="Value">Its value.</param>
    /// <param name="Text">The value in words.</param>
    internal sealed record Bar(string Name, string Style, double Value, string Text);
}
