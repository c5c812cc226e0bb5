using Tint.Fixtures;

namespace Tint.Conformance.Tests;

public class ScoreCardTests
{
    [Fact]
    public void The_card_says_which_values_of_which_options_were_tried()
    {
        var card = new ScoreCard();
        var cases = FixtureManifest.Load(FixtureLocator.FindShipped()).Cases.ToDictionary(item => item.Id);
        card.Add(cases["ActivationForward.a"], passed: true);
        card.Add(cases["ActivationForward.b.relu"], passed: false);
        card.AddLaw(passed: true);
        var lines = card.ToString().Split(Environment.NewLine);
        Assert.Contains("ActivationForward          1 passed / 2 loaded / 7 in all", lines);
        Assert.Contains("    activation: gelu_new 1/1/5, relu 0/1/1, gelu not tried", lines);
        Assert.StartsWith("laws", lines[^1], StringComparison.Ordinal);
    }
}
