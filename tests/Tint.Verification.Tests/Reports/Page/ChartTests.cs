using System.Globalization;
using System.Xml.Linq;
using Tint.Verification.Reports.Page;

namespace Tint.Verification.Tests.Reports.Page;

public class ChartTests
{
    [Fact]
    public void A_logarithmic_axis_covers_whole_decades_and_ignores_what_has_no_place()
    {
        var axis = LogAxis.Of([0.02, 300, 0, double.NaN, double.PositiveInfinity], 0, 50);
        Assert.Equal((-2, 3), (axis.First, axis.Last));
        Assert.Equal([0, 20, 50, 0, 50], new[] { 0.01, 1, 1000, 0, 1e9 }.Select(axis.At));
    }

    [Theory]
    [InlineData(0, 3, new[] { 3, 2, 1, 0 })]
    [InlineData(0, 12, new[] { 12, 9, 6, 3, 0 })]
    public void Ticks_are_few_and_evenly_spaced(int first, int last, int[] ticks) => Assert.Equal(ticks, new LogAxis(first, last, 0, 1).Ticks);

    [Fact]
    public void A_bar_beyond_its_bound_is_drawn_past_the_limit_and_in_the_colour_of_failure()
    {
        var svg = Draw(0.5, 2, 0);
        var bars = svg.Descendants().Where(element => element.Name.LocalName == "rect").ToArray();
        Assert.Equal(["bar one", "bar bad"], bars.Select(bar => (string)bar.Attribute("class")!));
        var limit = Number(svg.Descendants().Single(element => (string?)element.Attribute("class") == "limit"), "x1");
        Assert.True(End(bars[0]) < limit);
        Assert.True(End(bars[1]) > limit);
        Assert.Equal(3, svg.Descendants().Count(element => (string?)element.Attribute("class") == "value"));
    }

    [Fact]
    public void A_value_that_is_none_is_drawn_as_a_failure() => Assert.Contains(
        "bar bad", $"{Draw(double.NaN)}", StringComparison.Ordinal);

    [Fact]
    public void Dots_lie_on_an_axis_that_reaches_below_the_least_of_them()
    {
        var svg = XElement.Parse(new DotChart
        {
            Description = "dots",
            Most = 1,
            Rows = [new("row", [new("a", "one", 0.97), new("b", "two", 0.31)])],
        }.Draw().ToString());
        var dots = svg.Descendants().Where(element => element.Name.LocalName == "circle").ToArray();
        Assert.True(Number(dots[1], "cx") < Number(dots[0], "cx"));
        Assert.Contains("0.2", svg.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value));
    }

    [Fact]
    public void Curves_leave_the_drawing_where_they_leave_the_axis()
    {
        var svg = XElement.Parse(new LineChart
        {
            Description = "lines",
            Horizontal = "N",
            Most = 10,
            Curves = [new("measured", "one", [(1, 1), (10, 0.1), (100, 1e4)]), new("bound", "one", [(1, 2), (10, 1)], IsDashed: true)],
            Marks = [new("here", "none", 10)],
        }.Draw().ToString());
        var lines = svg.Descendants().Where(element => element.Name.LocalName == "polyline").Select(element => (string)element.Attribute("points")!).ToArray();
        Assert.Equal(2, lines[0].Split(' ').Length);
        Assert.Single(lines[1].Split(' '));
    }

    [Theory]
    [InlineData(-6, "10⁻⁶")]
    [InlineData(0, "1")]
    [InlineData(12, "10¹²")]
    public void Powers_are_written_with_raised_digits(int exponent, string text) => Assert.Equal(text, LineChart.Power(exponent));

    [Theory]
    [InlineData(0.9999999, "0.999")]
    [InlineData(1.0000001, "1.000")]
    [InlineData(0.0006, "6.0×10⁻⁴")]
    [InlineData(0.0, "0")]
    [InlineData(140343645.6, "1.4×10⁸")]
    public void A_ratio_below_its_bound_is_never_shown_as_one(double ratio, string text) => Assert.Equal(text, PageText.Ratio(ratio));

    [Fact]
    public void Names_break_between_their_words() =>
        Assert.Equal("Layer<wbr>Norm<wbr>Descent", $"{PageText.Breakable("LayerNormDescent")}");

    [Fact]
    public void Text_is_escaped_and_markup_is_not()
    {
        var markup = new Markup().Line($"<p title=\"{"\"<&"}\">{new Markup().Raw("<b>").Text("<").Raw("</b>")}</p>");
        Assert.Equal("<p title=\"&quot;&lt;&amp;\"><b>&lt;</b></p>\n", $"{markup}");
    }

    private static XElement Draw(params double[] values) => XElement.Parse(new BarChart
    {
        Description = "bars",
        First = -3,
        Groups = [new("group", [.. values.Select(value => new BarChart.Bar("bar", "one", value, PageText.Ratio(value)))])],
    }.Draw().ToString());

    private static double End(XElement bar) => Number(bar, "x") + Number(bar, "width");

    private static double Number(XElement element, string name) => double.Parse((string)element.Attribute(name)!, CultureInfo.InvariantCulture);
}
