using Tint.Properties.Implementations;
using Xunit.Sdk;

namespace Tint.Conformance.Tests;

/// <summary>A known failure is a claim, and a claim about nothing is a mistake.</summary>
public class KnownFailureTests
{
    [Theory]
    [InlineData("AttentionBackward.icl_mask.a")]
    [InlineData("L17")]
    public void A_known_failure_that_names_no_test_is_told(string name)
    {
        using var scores = new ScoreCard();
        var message = Assert.ThrowsAny<XunitException>(new Marked(scores, name).Known_failures_name_cases_or_laws_that_are_put_to_the_backend).Message;
        Assert.Contains(name, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_known_failure_that_passes_is_told()
    {
        using var scores = new ScoreCard();
        var marked = new Marked(scores, "ActivationForward.a");
        marked.Known_failures_name_cases_or_laws_that_are_put_to_the_backend();
        Assert.Contains("take the mark away", Assert.ThrowsAny<XunitException>(() => marked.Agrees_with_the_case("ActivationForward.a")).Message, StringComparison.Ordinal);
    }

    private sealed class Marked(ScoreCard scores, string name) : Float32ConformanceTests(scores)
    {
        protected override ITint Backend { get; } = new ModularTint(new PlainModules());

        protected override IReadOnlyDictionary<string, string> KnownFailures { get; } = new Dictionary<string, string> { [name] = "an example" };
    }
}
