namespace Tint.Verification.Reports.Page;

/// <summary>Rows of dots on a linear axis.</summary>
internal sealed record DotChart
{
    private const double Width = 360;
    private const double Left = 132;
    private const double Right = 350;
    private const double RowHeight = 15;
    private const double AxisHeight = 20;
    private const int Steps = 5;

    /// <summary>What the chart shows, for those who do not see it.</summary>
    public required string Description { get; init; }

    /// <summary>The value at the left end.</summary>
    public required double Least { get; init; }

    /// <summary>The value at the right end.</summary>
    public required double Most { get; init; }

    /// <summary>The rows, from the top.</summary>
    public required IReadOnlyList<Row> Rows { get; init; }

    public Markup Draw()
    {
        var height = AxisHeight + (Rows.Count * RowHeight) + 6;
        var svg = new Markup().Line($"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{Description}\">");
        for (var step = 0; step <= Steps; step++)
        {
            var value = Least + ((Most - Least) * step / Steps);
            var x = At(value);
            svg.Line($"<line class=\"grid\" x1=\"{x}\" x2=\"{x}\" y1=\"{AxisHeight - 4}\" y2=\"{height}\"/>");
            svg.Line($"<text class=\"tick\" x=\"{x}\" y=\"{AxisHeight - 8}\" text-anchor=\"middle\">{value}</text>");
        }

        foreach (var (index, row) in Rows.Index())
        {
            var y = AxisHeight + (index * RowHeight) + 8;
            svg.Line($"<text class=\"tick\" x=\"{Left - 8}\" y=\"{y + 4}\" text-anchor=\"end\">{row.Name}</text>");
            foreach (var dot in row.Dots)
            {
                svg.Line($"<circle class=\"dot {dot.Style}\" cx=\"{At(dot.Value)}\" cy=\"{y}\" r=\"4\"><title>{row.Name}, {dot.Name}</title></circle>");
            }
        }

        return svg.Raw("</svg>\n");
    }

    private double At(double value) => Left + ((Right - Left) * (Math.Clamp(value, Least, Most) - Least) / (Most - Least));

    /// <summary>A row.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Dots">Its dots.</param>
    internal sealed record Row(string Name, IReadOnlyList<Dot> Dots);

    /// <summary>A dot.</summary>
    /// <param name="Name">What it stands for, with its value.</param>
    /// <param name="Style">Its class.</param>
    /// <param name="Value">Its value.</param>
    internal sealed record Dot(string Name, string Style, double Value);
}
