using Tint.Properties.Campaigns;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Properties.Tests.Support;
using Tint.Reference;
using Tint.Reference.LinearAlgebra;

namespace Tint.Properties.Tests.Campaigns;

public sealed class CampaignTests
{
    private static readonly IReadOnlyList<Law> Laws = LawBook.Select("*linear-backward*");

    [Fact]
    public void Shards_together_run_exactly_what_one_run_does()
    {
        const int Parts = 3;
        var options = new CampaignOptions { Implementation = new FaultyTint(), Laws = Laws, Cases = 20, Seed = 5, Shrink = false };
        var whole = Campaign.Run(options);
        var parts = Enumerable.Range(1, Parts).Select(i => Campaign.Run(options with { Shard = new Shard(i, Parts) })).ToArray();
        for (var law = 0; law < Laws.Count; law++)
        {
            var (one, several) = (whole.Reports[law], parts.Select(part => part.Reports[law]).ToArray());
            Assert.Equal(one.Cases, several.Sum(part => part.Cases));
            Assert.Equal(one.Applied, several.Sum(part => part.Applied));
            Assert.Equal(one.Failures, several.Sum(part => part.Failures));
            Assert.Equal(one.WorstRatio, several.Max(part => part.WorstRatio));
            Assert.Equal(one.First?.Index, several.Min(part => part.First?.Index));
        }

        int[] indices = [.. Enumerable.Range(1, Parts).SelectMany(i => new Shard(i, Parts).Indices(20))];
        Assert.Equal(Enumerable.Range(0, 20), indices.Order());
    }

    [Fact]
    public void A_campaign_gives_the_same_result_again_and_one_case_replays_its_verdict()
    {
        var options = new CampaignOptions { Implementation = new SimulationTint(), Laws = LawBook.Select("L1?"), Cases = 6, Seed = 9 };
        var (first, second) = (Campaign.Run(options), Campaign.Run(options));
        Assert.Equal(first.Reports, second.Reports);
        Assert.All(first.Reports, report =>
        {
            var again = Campaign.Run(options with { Laws = [report.Law], OnlyCase = report.WorstCase }).Reports[0];
            Assert.Equal((1, report.WorstRatio, report.WorstCase), (again.Cases, again.WorstRatio, again.WorstCase));
        });
    }

    [Fact]
    public void A_law_gets_the_same_cases_whatever_else_runs()
    {
        var law = LawBook.Select("L17").Single();
        var options = new CampaignOptions { Implementation = new SimulationTint(), Cases = 5, Seed = 3 };
        var alone = Campaign.Run(options with { Laws = [law] }).Reports[0];
        var among = Campaign.Run(options with { Laws = LawBook.Select("L1?") }).Reports.Single(report => report.Law == law);
        Assert.Equal(alone, among);
        Assert.NotEqual(CaseSeed.Of(3, law, 0), CaseSeed.Of(4, law, 0));
        Assert.NotEqual(CaseSeed.Of(3, law, 0), CaseSeed.Of(3, law, 1));
        Assert.NotEqual(CaseSeed.Of(3, law, 0), CaseSeed.Of(3, LawBook.All[0], 0));
    }

    [Fact]
    public void A_failure_is_shrunk_to_a_case_that_is_admissible_small_and_still_fails()
    {
        var law = LawBook.Select("L02").Single();
        var failure = Campaign.Run(new CampaignOptions { Implementation = new FaultyTint(), Laws = [law], Cases = 3, Seed = 1 }).Reports[0].First!;
        var item = failure.Shrunk.Case;
        item.Check();
        Assert.False(law.Check(new FaultyTint(), item).Holds);
        Assert.True(law.Check(new SimulationTint(), item).Holds);
        Assert.Equal((3, 1, 1, 1), (item.Auxiliary.HiddenSize, item.Auxiliary.LayerCount, item.Batch.Count, item.Sequence.Length));
        Assert.Contains("input gradient[0, ", failure.Shrunk.Verdict.Worst, StringComparison.Ordinal);
        var address = $"{typeof(FaultyTint).Assembly.Location}:{typeof(FaultyTint).FullName}";
        Assert.Equal($"tint properties --law L02 --seed 1 --case {failure.Index} --implementation {address}", failure.Command);
        Assert.EndsWith($"--implementation {address} --provider openblas", (failure with { Provider = ProviderChoice.OpenBlas }).Command, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_of_an_implementation_that_no_command_line_can_make_is_reproduced_in_CSharp()
    {
        var law = LawBook.Select("L02").Single();
        var item = (CaseSeed.Case(1, law, 0), new LawVerdict(2, "made up", 1));
        Assert.Equal(
            "Campaign.Run(new CampaignOptions { Implementation = mine, Laws = LawBook.Select(\"L02\"), Cases = 1, Seed = 1, OnlyCase = 7 })",
            new LawFailure(law, 1, 7, item, item, "mine").Command);
    }

    [Fact]
    public void An_implementation_that_throws_breaks_the_law()
    {
        var verdict = LawBook.All[0].Check(new ThrowingTint(), CaseSeed.Case(1, LawBook.All[0], 0));
        Assert.False(verdict.Holds);
        Assert.Equal("Tint.Properties.Tests.Support.ThrowingTint.LinearForward failed: out of order", verdict.Worst);
    }

    [Fact]
    public void A_cancelled_campaign_has_no_result()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var options = new CampaignOptions { Implementation = new SimulationTint(), Cases = 1, Seed = 1 };
        Assert.ThrowsAny<OperationCanceledException>(() => Campaign.Run(options, progress: null, source.Token));
    }

    [Theory]
    [InlineData("0/2")]
    [InlineData("3/2")]
    [InlineData("1/0")]
    [InlineData("1")]
    [InlineData("a/b")]
    [InlineData("-1/2")]
    public void Rejects_a_shard_that_is_none(string text) => Assert.Throws<RuleViolationException>(() => Shard.Parse(text));

    [Fact]
    public void Rejects_a_campaign_without_cases() =>
        Assert.Throws<RuleViolationException>(() => new CampaignOptions { Implementation = new SimulationTint(), Cases = 0, Seed = 1 });

    [Fact]
    public void Rejects_a_campaign_without_laws() => Assert.Throws<RuleViolationException>(
        () => Campaign.Run(new CampaignOptions { Implementation = new SimulationTint(), Laws = [], Cases = 1, Seed = 1 }));

    [Fact]
    public void Rejects_a_shard_without_cases() => Assert.Throws<RuleViolationException>(
        () => Campaign.Run(new CampaignOptions { Implementation = new SimulationTint(), Cases = 3, Seed = 1, Shard = new Shard(5, 8) }));

    [Fact]
    public void A_law_whose_condition_no_case_meets_does_not_hold()
    {
        var options = new CampaignOptions { Implementation = new SimulationTint(), Laws = LawBook.Select("L75"), Cases = 1, Seed = 1 };
        var result = Campaign.Run(options);
        Assert.Equal((LawOutcome.NotTried, LawOutcome.NotTried), (result.Outcome, result.Reports[0].Outcome));
        Assert.False(result.Reports[0].Holds);
    }

    [Fact]
    public void Rejects_a_negative_case() => Assert.Throws<RuleViolationException>(
        () => new CampaignOptions { Implementation = new SimulationTint(), Cases = 1, Seed = 1, OnlyCase = -1 });
}
