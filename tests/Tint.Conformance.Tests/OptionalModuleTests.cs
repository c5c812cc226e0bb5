using Tint.Properties.Campaigns;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Properties.Xunit;

namespace Tint.Conformance.Tests;

/// <summary>A backend of the published code's modules alone breaks no law about others: those are not tried, and every report says what is lacking.</summary>
public class OptionalModuleTests
{
    private static readonly ModularTint Backend = new(new PlainModules());

    [Theory]
    [InlineData("L82", "AttentionScoreBackward")]
    [InlineData("L84", "AttentionScoreBackward")]
    [InlineData("L85", "models of other architectures (RunsFamilies)")]
    [InlineData("rms-norm", "RmsNormForward")]
    [InlineData("product", "ProductForward")]
    [InlineData("rotation", "FormedAttentionForward")]
    [InlineData("cross-attention", "CrossAttentionForward")]
    [InlineData("softmax-modules", "softmax attention alone (RunsSoftmaxAlone)")]
    [InlineData("L102", "softmax attention alone (RunsSoftmaxAlone)")]
    [InlineData("weight-decay", "optimisers other than plain SGD on the summed loss (RunsOptimisers)")]
    [InlineData("L106", "optimisers other than plain SGD on the summed loss (RunsOptimisers)")]
    public void A_law_about_a_module_that_a_backend_lacks_is_not_tried(string name, string missing)
    {
        var law = Assert.Single(LawBook.Select(name));
        var report = Campaign.Run(new CampaignOptions { Implementation = Backend, Laws = [law], Cases = 12, Seed = 1 }).Reports[0];

        Assert.Equal((LawOutcome.NotTried, missing, 0), (report.Outcome, report.Missing, report.Failures));
        Assert.Equal(missing, LawRow.Of(report).Missing);
        Assert.Equal((null, missing), new LawTrial(law, 12, seed: 1).Try(Backend));
    }

    [Fact]
    public void A_law_that_other_laws_modules_are_lacking_for_is_tried_all_the_same()
    {
        var report = Campaign.Run(new CampaignOptions { Implementation = Backend, Laws = LawBook.Select("linear-backward"), Cases = 3, Seed = 1, Shrink = false }).Reports[0];

        Assert.Equal((null, 3), (report.Missing, report.Applied));
    }

    [Fact]
    public void The_score_card_names_laws_that_were_not_tried_beside_what_is_lacking()
    {
        var card = new ScoreCard();
        card.AddLaw(passed: true);
        card.AddMissing("L84", "AttentionScoreBackward");
        card.AddMissing("L82", "AttentionScoreBackward");

        Assert.EndsWith("L82, L84: the backend lacks AttentionScoreBackward", card.ToString(), StringComparison.Ordinal);
    }
}
