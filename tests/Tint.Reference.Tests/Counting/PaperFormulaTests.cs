using Tint.Reference.Counting;

namespace Tint.Reference.Tests.Counting;

public sealed class PaperFormulaTests
{
    public static TheoryData<string> Names { get; } = [.. PaperFormula.Table.Select(row => row.Name)];

    [Theory]
    [InlineData("OPT-125M", 1_275_936_768)]
    [InlineData("OPT-350M", 3_174_039_552)]
    [InlineData("OPT-1.3B", 10_824_450_048)]
    [InlineData("OPT-2.7B", 21_771_059_200)]
    public void The_formula_gives_these_totals(string name, long total) => Assert.Equal(total, Row(name).Total);

    /// <summary>21 attention layers, 6 head mixings and one split projection a layer, each counted from its own matrices.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_formula_counts_the_matrices_of_every_module(string name)
    {
        var row = Row(name);
        decimal size = 4 * row.AuxiliaryHiddenSize, heads = row.HeadCount, positions = 2048 + (row.AuxiliaryHiddenSize / 4);
        var head = size / heads;
        var perHead = heads * head * head;
        var mixing = head * heads * heads;
        var attention = (4 * (perHead + mixing)) + (3 * positions * head);
        decimal linear = 3 * attention;
        decimal norm = attention + (attention + (2 * mixing)) + attention;
        decimal selfAttention = 6 * attention;
        decimal activation = (perHead + mixing) + (2 * mixing);

        // Per layer: query, key and value go with self-attention; output projection and two MLP layers are linear; two normalisations.
        var layer = (3 * linear) + (2 * norm) + selfAttention + activation;
        Assert.Equal(layer * row.LayerCount, row.Total);
    }

    /// <summary>Quoted to two or three digits in the paper's table; the 350M row is quoted 7 % above its formula.</summary>
    [Theory]
    [InlineData("OPT-125M", 0.07)]
    [InlineData("OPT-350M", 0.07)]
    [InlineData("OPT-1.3B", 0.005)]
    [InlineData("OPT-2.7B", 0.005)]
    public void The_quoted_totals_are_near(string name, double part)
    {
        var row = Row(name);
        Assert.InRange(row.Total / (row.Quoted * 1e9), 1 - part, 1 + part);
    }

    private static PaperFormula Row(string name) => Assert.Single(PaperFormula.Table, row => row.Name == name);
}
