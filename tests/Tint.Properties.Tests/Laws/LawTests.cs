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

    private static void Holds(string label, ITint tint)
    {
        var laws = LawBook.Select(label);
        var report = Campaign.Run(new CampaignOptions { Implementation = tint, Laws = laws, Cases = Cases, Seed = Seed }).Reports.Single();
        Assert.True(report.Holds, $"{report.First?.Command}: {report.First?.Shrunk.Verdict.Worst} on {report.First?.Shrunk.Case}");
        Assert.True(report.Applied > 0, "no case met the law's condition");
    }
}
