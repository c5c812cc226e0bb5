using Tint.Reference.Configuration;

namespace Tint.Reference.Tests.Configuration;

public sealed class DeparturesTests
{
    [Fact]
    public void Published_follows_the_published_code_everywhere_and_is_the_default()
    {
        var published = Departures.Published;
        Assert.True(published is { GateLeak: true, MlpBiasLearntPerChunk: true, LastPositionUnmasked: true, DenseLayerNormDescent: true });
        Assert.Equal(published, Helpers.SmallModels.Configuration.Departures);
    }

    [Fact]
    public void Paper_turns_every_departure_off_that_the_paper_does_not_make()
    {
        var paper = Departures.Paper;
        Assert.True(paper is { GateLeak: false, MlpBiasLearntPerChunk: false, LastPositionUnmasked: false, DenseLayerNormDescent: false });
        Assert.True(paper is { ScorePathDropped: true, DescentsMasked: true });
        Assert.Equal("as in the paper", paper.ToString());
    }

    [Fact]
    public void Faithful_turns_every_departure_off()
    {
        // A switch that is added later must be turned off here too.
        Assert.All(
            typeof(Departures).GetProperties().Where(property => property.PropertyType == typeof(bool)),
            property => Assert.Equal(false, property.GetValue(Departures.Faithful)));
        var faithful = (Helpers.SmallModels.Configuration with { BackpropagateThroughAttention = false }).Faithful();
        Assert.Equal((Departures.Faithful, Stencil.Central, true), (faithful.Departures, faithful.Stencil, faithful.KeepsScorePath));
    }
}
