using Tint.Fixtures;
using Tint.Verification.Engines;

namespace Tint.Verification.Tests.Engines;

public class FamilyEngineTests
{
    private static readonly FixtureManifest Manifest =
        FixtureManifest.Load(Path.Combine(FixtureLocator.FindShipped(), FixtureLocator.AuxiliaryFolder));

    public static TheoryData<string> Ids => [.. Manifest.Cases.Select(item => item.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Logits_gradients_and_a_step_are_autograds(string id)
    {
        var report = CaseRunner.Run(Case(id), ReferenceEngines.All, compare: false);

        Assert.True(report.Verdict == CaseVerdict.Passed, $"{report.Problem} {report.FirstFailure}");
        Assert.Equal(report.TensorsListed, report.TensorsChecked);
        Assert.InRange(report.Worst!.Ratio, double.Epsilon, 1);
    }

    private static FixtureCase Case(string id) => Manifest.Cases.Single(item => item.Id == id);
}
