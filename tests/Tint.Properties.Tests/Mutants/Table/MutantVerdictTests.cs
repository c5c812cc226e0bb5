using Tint.Properties.Implementations;
using Tint.Properties.Mutants;
using Tint.Properties.Mutants.Table;

namespace Tint.Properties.Tests.Mutants.Table;

public sealed class MutantVerdictTests
{
    private static readonly Kill SomeKill = new("L01", "something differs", 7);

    private static readonly Mutant Visible = new()
    {
        Name = "linear.example",
        Fault = "It computes something else.",
        Models = "a mistake",
        Apply = modules => new ModularTint(modules),
    };

    [Fact]
    public void A_mutant_is_accounted_for_once_a_law_and_a_fixture_case_see_it()
    {
        Assert.Null(new MutantVerdict(Visible, "base", [SomeKill], [SomeKill]).Complaint);
        Assert.Equal("linear.example (base): no law sees it", new MutantVerdict(Visible, "base", [], [SomeKill]).Complaint);
        Assert.Equal("linear.example (base): no fixture case sees it", new MutantVerdict(Visible, "base", [SomeKill], []).Complaint);
        Assert.Equal(
            "linear.example (base): no law sees it; no fixture case sees it", new MutantVerdict(Visible, "base", [], []).Complaint);
    }

    [Fact]
    public void A_claim_that_no_check_can_see_a_mutant_must_be_true()
    {
        var hidden = Visible with { UnseenByFixtures = "fixtures do not go there" };
        Assert.Null(new MutantVerdict(hidden, "base", [SomeKill], []).Complaint);
        Assert.Equal(
            "linear.example (base): L01 sees it although none should: something differs",
            new MutantVerdict(hidden, "base", [SomeKill], [SomeKill]).Complaint);
        Assert.False(new MutantVerdict(Visible with { UnseenByLaws = "out of their sight" }, "base", [SomeKill], [SomeKill]).IsAccountedFor);
    }
}
