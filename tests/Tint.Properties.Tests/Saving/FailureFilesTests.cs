using Tint.Fixtures;
using Tint.Properties.Campaigns;
using Tint.Properties.Laws;
using Tint.Properties.Saving;
using Tint.Properties.Tests.Support;
using Tint.Reference;
using Tint.Verification;
using Tint.Verification.Engines;

namespace Tint.Properties.Tests.Saving;

public sealed class FailureFilesTests
{
    public static TheoryData<string> Subjects => [.. LawBook.All.Select(law => law.Subject).Distinct()];

    [Theory]
    [MemberData(nameof(Subjects))]
    public void Saved_cases_are_fixtures_that_the_construction_passes(string subject)
    {
        var law = LawBook.All.First(law => law.Subject == subject);
        LawFailure[] failures =
        [
            .. Enumerable.Range(0, 6).Select(index =>
            {
                var item = CaseSeed.Case(7, law, index);
                var verdict = new LawVerdict(2, "made up", 1);
                return new LawFailure(law, 7, index, (item, verdict), (item, verdict), "none");
            }),
        ];
        using var directory = new TemporaryDirectory();
        var ids = FailureFiles.Save(directory.Path, failures);
        var run = Verifier.Run(FixtureManifest.Load(directory.Path).Cases, [new ConstructionEngine()], seed: 1);
        Assert.Equal(ids.Count, run.Reports.Count);
        Assert.Equal((ids.Count, 0), (run.Passed, run.Failed));
        Assert.Equal(run.TensorsListed, run.TensorsChecked);
    }

    [Fact]
    public void A_broken_law_leaves_a_fixture_that_says_how_to_see_it_again()
    {
        var law = LawBook.Select("L02").Single();
        var failure = Campaign.Run(new CampaignOptions { Implementation = new FaultyTint(), Laws = [law], Cases = 2, Seed = 1 }).Reports[0].First!;
        using var directory = new TemporaryDirectory();
        var id = Assert.Single(FailureFiles.Save(directory.Path, [failure]));
        var saved = Assert.Single(FixtureManifest.Load(directory.Path).Cases);
        Assert.Equal($"LinearBackward.L02.1.{failure.Index}", id);
        Assert.Equal((id, "LinearBackward", 3), (saved.Id, saved.Module, saved.Config.AuxHiddenSize));
        Assert.Contains(failure.Command, saved.Notes, StringComparison.Ordinal);
        FailureFiles.Save(directory.Path, [failure]);
    }

    [Fact]
    public void Rejects_a_directory_with_fixtures_of_another_source()
    {
        using var directory = new TemporaryDirectory();
        File.Copy(Path.Combine(FixtureLocator.FindShipped(), FixtureManifest.FileName), Path.Combine(directory.Path, FixtureManifest.FileName));
        var law = LawBook.All[0];
        var item = (CaseSeed.Case(1, law, 0), new LawVerdict(2, "made up", 1));
        Assert.Throws<RuleViolationException>(() => FailureFiles.Save(directory.Path, [new LawFailure(law, 1, 0, item, item, "none")]));
    }

    [Fact]
    public void Rejects_to_save_nothing() => Assert.Throws<RuleViolationException>(() => FailureFiles.Save("unused", []));
}
