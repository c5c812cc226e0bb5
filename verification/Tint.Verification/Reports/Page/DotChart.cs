namespace Tint.Verification.Reports.Page;

/// <summary>Rows of dots on a linear axis.</summary>
internal sealed record DotChart
{
    private const double Width = 360;
    private const double Left = 156;
    private const double Right = 346;
    private const double Spread = 5;
    private const double RowHeight = 15;
    private const double AxisHeight = 20;
    private const int MostSteps = 5;
    private static readonly double[] StepSizes = [0.1, 0.2, 0.5, 1];

    /// <summary>What the chart shows, for those who do not see it.</summary>
    public required string Description { get; init; }

    /// <summary>The value at the right end, a whole number.</summary>
    public required double Most { get; init; }

    /// <summary>The rows, from the top.</summary>
    public required IReadOnlyList<Row> Rows { get; init; }

    public Markup Draw()
    {
        var height = AxisHeight + (Rows.Count * RowHeight) + 6;
        var svg = new Markup().Line($"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{Description}\">");
        var (least, step) = Scale();
        for (var value = Most; value > least - (step / 2); value -= step)
        {
            var x = At(value, least);
            svg.Line($"<line class=\"grid\" x1=\"{x}\" x2=\"{x}\" y1=\"{AxisHeight - 4}\" y2=\"{height}\"/>");
            svg.Line($"<text class=\"tick\" x=\"{x}\" y=\"{AxisHeight - 8}\" text-anchor=\"middle\">{value}</text>");
        }

        foreach (var (index, row) in Rows.Index())
        {
            var y = AxisHeight + (index * RowHeight) + 8;
            svg.Line($"<text class=\"row\" x=\"{Left - 8}\" y=\"{y + 4}\" text-anchor=\"end\">{row.Name}</text>");
            foreach (var (place, dot) in row.Dots.Index())
            {
                var centre = y + (row.Dots.Count == 1 ? 0 : Spread * (0.5 - (place / (row.Dots.Count - 1.0))));
                svg.Line($"<circle class=\"dot {dot.Style}\" cx=\"{At(dot.Value, least)}\" cy=\"{centre}\" r=\"3.75\"><title>{row.Name}, {dot.Name}</title></circle>");
            }
        }

        return svg.Raw("</svg>\n");
    }

    /// <summary>A left end below every dot, in at most five steps.</summary>
    private (double Least, double Step) Scale()
    {
        var smallest = Rows.SelectMany(row => row.Dots).Select(dot => dot.Value).DefaultIfEmpty(Most - 1).Min();
        var step = StepSizes.First(size => Most - smallest <= MostSteps * size || size == StepSizes[^1]);
        return (Most - (step * Math.Max(1, Math.Ceiling((Most - smallest) / step))), step);
    }

    private double At(double value, double least) => Left + ((Right - Left) * (value - least) / (Most - least));

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
