using Tint.Reference.Configuration;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Configuration;

public sealed class DefaultConfigurationTests
{
    public static TheoryData<string> Published => [.. PublishedShapes.All.Keys];

    [Theory]
    [MemberData(nameof(Published))]
    public void A_published_model_gets_its_published_shape(string name) =>
        Assert.Equal(PublishedShapes.All[name], TintConfiguration.For(PublishedShapes.All[name].Auxiliary));

    [Fact]
    public void Every_width_from_three_on_gets_an_admissible_shape_with_the_most_prefixes_and_the_fewest_heads()
    {
        for (var width = 3; width <= 64; width++)
        {
            foreach (var heads in Enumerable.Range(1, width).Where(heads => width % heads == 0))
            {
                var auxiliary = AuxiliaryConfiguration.Tiny with { HiddenSize = width, HeadCount = heads };
                var configuration = TintConfiguration.For(auxiliary);
                AdmissibleShapes.Check(configuration);
                Assert.Equal(AdmissibleShapes.PrefixCounts(width).Max(), configuration.PrefixCount);
                Assert.Equal(AdmissibleShapes.HeadCounts(width, heads, configuration.HiddenSize).Min(), configuration.HeadCount);
                Assert.Equal(auxiliary.LayerCount, configuration.TrainedLayers);
            }
        }
    }

    [Fact]
    public void Another_prefix_count_may_be_asked_for()
    {
        var configuration = TintConfiguration.For(AuxiliaryConfiguration.Tiny, prefixCount: 4);
        AdmissibleShapes.Check(configuration);
        Assert.Equal((4, 168), (configuration.PrefixCount, configuration.HiddenSize));
        Refusal.Of(() => TintConfiguration.For(AuxiliaryConfiguration.Tiny, prefixCount: 5), "PrefixCount 5", "the nearest PrefixCount that work: 4, 6, 3");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_width_that_admits_no_shape_is_refused(int width) =>
        Refusal.Of(() => TintConfiguration.For(AuxiliaryConfiguration.Tiny with { HiddenSize = width, HeadCount = 1 }), "at least 3", "use a wider");

    [Fact]
    public void Configurations_print_every_field_in_any_culture()
    {
        var culture = System.Globalization.CultureInfo.CurrentCulture;
        try
        {
            System.Globalization.CultureInfo.CurrentCulture = OtherCulture.WithCommas;
            Assert.Equal(
                "Gpt2: width 24, heads: 3, layers: 2, MLP: 4 widths of GeluNew, vocabulary 50, positions: 16, LayerNorm epsilon 1E-05",
                AuxiliaryConfiguration.Tiny.ToString());
            string[] expected =
            [
                "TinT: width 96, heads: 4, prefixes: 8 of 3 rows",
                $"  for {AuxiliaryConfiguration.Tiny}",
                "  SGD steps: 1 at -0.5 on CrossEntropy, layers trained: 2, LayerNorm weights trained",
                "  gate scale 10, finite differences at 1000, departures: as published",
            ];
            Assert.Equal(
                string.Join(Environment.NewLine, expected),
                (TintConfiguration.For(AuxiliaryConfiguration.Tiny) with { InnerLearningRate = -0.5, LayerNormBiasOnly = false }).ToString());
            Assert.Equal("as in the paper", Departures.Paper.ToString());
            Assert.Equal("ScorePathDropped, DescentsMasked, GateLeak, MlpBiasLearntPerChunk", (Departures.Published with { LastPositionUnmasked = false, DenseLayerNormDescent = false }).ToString());
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = culture;
        }
    }
}
