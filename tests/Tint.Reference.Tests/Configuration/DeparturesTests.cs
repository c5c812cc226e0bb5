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
    public void Paper_turns_every_departure_off()
    {
        var paper = Departures.Paper;
        Assert.True(paper is { GateLeak: false, MlpBiasLearntPerChunk: false, LastPositionUnmasked: false, DenseLayerNormDescent: false });

        // A switch that is added later must be turned off here too.
        Assert.All(
            typeof(Departures).GetProperties().Where(property => property.PropertyType == typeof(bool)),
            property => Assert.Equal(false, property.GetValue(paper)));
    }
}
