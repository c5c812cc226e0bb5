using Tint.Properties.Campaigns;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;

namespace Tint.Properties.Tests.Laws;

public sealed class LawTests
{
    private const int Cases = 16;
    private const int Seed = 2024;

    public static TheoryData<string> Labels => [.. LawBook.All.Select(law => law.Label)];

    [Theory]
    [MemberData(nameof(Labels))]
    public void The_construction_satisfies_the_law(string label) => Holds(label, new ConstructionTint());

    [Theory]
    [MemberData(nameof(Labels))]
    public void The_simulation_satisfies_the_law(string label) => Holds(label, new SimulationTint());

    /// <summary>A case on which η, N and the gates' leak together let three steps diverge.</summary>
    [Fact]
    public void A_case_whose_training_leaves_the_finite_numbers_says_nothing_about_a_law()
    {
        var law = LawBook.Select("L70").Single();
        foreach (var tint in new ITint[] { new ConstructionTint(), new SimulationTint() })
        {
            var verdict = law.Check(tint, CaseSeed.Case(11, law, 49));
            Assert.True(verdict.Holds, verdict.Worst);
            Assert.False(verdict.Applies);
        }
    }

    private static void Holds(string label, ITint tint)
    {
        var laws = LawBook.Select(label);
        var report = Campaign.Run(new CampaignOptions { Implementation = tint, Laws = laws, Cases = Cases, Seed = Seed }).Reports.Single();
        Assert.True(report.Holds, $"{report.First?.Command}: {report.First?.Shrunk.Verdict.Worst} on {report.First?.Shrunk.Case}");
        Assert.True(report.Applied > 0, "no case met the law's condition");
    }
}
