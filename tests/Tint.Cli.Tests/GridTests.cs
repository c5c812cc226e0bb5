using Tint.Verification.Engines;

namespace Tint.Cli.Tests;

public class GridTests
{
    private const string Name = "AttentionBackward";
    private static readonly string[] Headers = ["cases", "error", "bound", "ratio", "relative"];
    private static readonly string[] Values = ["7", "1.3e-15", "2.7e-14", "4.9e-02", "2.2e-16"];

    [Fact]
    public void A_row_is_a_line_where_the_terminal_is_wide_enough()
    {
        var lines = Lines(80);
        var row = Assert.Single(lines, line => line.Contains(Name, StringComparison.Ordinal));
        Assert.Equal([Name, .. Values, "3", "failed"], Words(row));
        Assert.Equal(["module", .. Headers, "verdict"], Words(lines[1]));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(47)]
    [InlineData(60)]
    [InlineData(72)]
    [InlineData(79)]
    [InlineData(80)]
    [InlineData(200)]
    public void No_line_is_wider_than_the_terminal_and_no_number_or_header_broken(int width)
    {
        var lines = Lines(width);
        Assert.All(lines, line => Assert.InRange(line.TrimEnd().Length, 0, width));
        var words = lines.SelectMany(Words).ToArray();
        Assert.All([Name, .. Headers, .. Values, "verdict"], word => Assert.Contains(word, words));
    }

    [Theory]
    [InlineData("list --filter *.icl_mask*")]
    [InlineData("params --tensors")]
    [InlineData("verify --filter LayerNormDescentBackward.a")]
    [InlineData("properties --cases 1 --law L0?")]
    public void What_a_verb_prints_fits_forty_columns(string line)
    {
        using StringWriter output = new(), error = new();
        var code = TintCommand.Run(line.Split(' '), Terminal.Of(output, error, 40), ReferenceEngines.All);
        Assert.Equal((0, string.Empty), (code, error.ToString()));
        Assert.All(output.ToString().Split('\n'), written => Assert.InRange(written.TrimEnd().Length, 0, 40));
    }

    private static string[] Lines(int width)
    {
        using StringWriter output = new(), error = new();
        var terminal = Terminal.Of(output, error, width);
        var grid = new Grid(
            [new("module"), .. Headers.Select(header => new Grid.Column(header, Grid.Kind.Number)), new("verdict")]);
        grid.Add([Name, .. Values.Select(value => new Grid.Cell(value)), "3 failed"]);
        grid.WriteTo(terminal);
        return output.ToString().Split('\n');
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
