using Tint.Fixtures;
using Tint.Properties.Laws;
using Tint.Properties.Mutants;
using Tint.Properties.Mutants.Cases;
using Tint.Properties.Mutants.Table;

namespace Tint.Properties.Tests.Mutants.Table;

public sealed class KillTableTests
{
    private static readonly Kill OfCase = new("LinearForward.a", "b");
    private static readonly Law[] Laws = [.. LawBook.All.Take(2)];

    [Fact]
    public void A_table_is_complete_once_every_mutant_and_every_law_has_its_part() => Assert.Empty(All(Laws).Complaints);

    [Fact]
    public void A_law_that_sees_no_mutant_is_a_complaint()
    {
        var table = All([Laws[0]]);
        Assert.Equal([Laws[1]], table.IdleLaws);
        Assert.Equal([$"{Laws[1]} sees no mutant"], table.Complaints);
        Assert.False(table.IsComplete);
    }

    [Fact]
    public void A_law_that_is_not_about_implementations_needs_to_see_no_mutant()
    {
        var beyond = LawBook.All.Where(law => MutantCatalogue.LawsBeyondMutants.ContainsKey(law.Label)).ToArray();
        Assert.Equal(MutantCatalogue.LawsBeyondMutants.Count, beyond.Length);
        Assert.True((All(Laws) with { Laws = [.. Laws, .. beyond] }).IsComplete);
    }

    [Fact]
    public void A_table_of_some_mutants_asks_nothing_of_laws()
    {
        var table = All([Laws[0]]);
        Assert.True((table with { Verdicts = [table.Verdicts[0]] }).IsComplete);
    }

    [Fact]
    public void What_is_found_in_a_correct_implementation_is_a_complaint()
    {
        var table = All(Laws) with { FalseKills = ["L01 finds a fault"] };
        Assert.Equal(["L01 finds a fault"], table.Complaints);
        Assert.False(table.IsComplete);
    }

    /// <summary>A table in which the given laws see every mutant, and a fixture case every mutant that one can see.</summary>
    private static KillTable All(IReadOnlyList<Law> seeing) => new()
    {
        Verdicts =
        [
            .. MutantCatalogue.All.Select(mutant => new MutantVerdict(
                mutant,
                "base",
                [.. seeing.Select(law => new Kill(law.Label, "a", 1))],
                mutant.UnseenByFixtures is null ? [OfCase] : [])),
        ],
        FalseKills = [],
        Laws = Laws,
        CaseCount = 1,
        Fixtures = MutantCases.Load(FixtureLocator.FindShipped()),
    };
}
