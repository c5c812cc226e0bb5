using Tint.Reference;
using Tint.Verification.Tests.Support;

namespace Tint.Verification.Tests;

public class CaseFilterTests
{
    [Theory]
    [InlineData("LinearForward.a", 1)]
    [InlineData("LinearForward.?", 1)]
    [InlineData("TinT.opt.*", 19)]
    [InlineData("*.small_step", 17)]
    public void A_pattern_matches_whole_ids(string? pattern, int count) => Assert.Equal(count, CaseFilter.Select(Shipped.Cases, pattern).Count);

    [Theory]
    [InlineData(null)]
    [InlineData("*")]
    public void No_pattern_and_a_star_match_all(string? pattern) => Assert.Equal(Shipped.Cases, CaseFilter.Select(Shipped.Cases, pattern));

    [Theory]
    [InlineData("LinearForward")]
    [InlineData("linearforward.a")]
    [InlineData("")]
    [InlineData("[a-z]*")]
    public void Refuses_a_pattern_that_matches_no_case(string pattern) =>
        Assert.Equal(
            "a filter must match at least one case", Assert.Throws<RuleViolationException>(() => CaseFilter.Select(Shipped.Cases, pattern)).Rule);
}
