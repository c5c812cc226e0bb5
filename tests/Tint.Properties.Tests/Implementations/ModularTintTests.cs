using Tint.Properties.Campaigns;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;

namespace Tint.Properties.Tests.Implementations;

public sealed class ModularTintTests
{
    private const int Cases = 40;

    /// <summary>L13 compares with the construction's own whole model and with the simulation's, to their rounding.</summary>
    private static readonly Law WholeModel = LawBook.Select("whole-model").Single();

    [Fact]
    public void Composed_of_the_simulation_it_is_the_simulated_model() => Equal(new ModularTint(new SimulationTint()));

    [Fact]
    public void Composed_of_the_construction_it_is_the_constructed_model() => Equal(new ModularTint(new ConstructionTint()));

    [Fact]
    public void Its_name_says_what_it_is_composed_of() =>
        Assert.Equal("modular construction", new ModularTint(new ConstructionTint()).Name);

    private static void Equal(ITint tint)
    {
        var report = Campaign.Run(new CampaignOptions { Implementation = tint, Laws = [WholeModel], Cases = Cases, Seed = 20 }).Reports[0];
        Assert.True(report.Holds, report.First?.Shrunk.Verdict.Worst);
        Assert.InRange(report.Applied, Cases - 2, Cases);
    }
}
