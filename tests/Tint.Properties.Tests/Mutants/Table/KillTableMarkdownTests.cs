using Tint.Fixtures;
using Tint.Properties.Laws;
using Tint.Properties.Mutants;
using Tint.Properties.Mutants.Cases;
using Tint.Properties.Mutants.Table;

namespace Tint.Properties.Tests.Mutants.Table;

public sealed class KillTableMarkdownTests
{
    private static readonly Mutant Seen = MutantCatalogue.Select("linear.update-sign").Single();
    private static readonly Mutant Hidden = MutantCatalogue.Select("model.mlp-bias-switch-ignored").Single();

    [Fact]
    public void A_row_lists_what_sees_the_mutant_and_in_which_implementation_if_not_in_all()
    {
        var law = LawBook.All[0].Label;
        var row = Row(
            Seen,
            new MutantVerdict(Seen, "one", [new Kill(law, "a", 1)], [new Kill(MutantCases.Ids[2], "b"), new Kill(MutantCases.Ids[0], "c")]),
            new MutantVerdict(Seen, "two", [new Kill(law, "d", 4)], [new Kill(MutantCases.Ids[2], "e")]));
        Assert.Equal($"| `{Seen.Name}` | {Seen.Fault} | {Seen.Models} | {law} | F01 (one) F03 | not tried |", row);
    }

    [Fact]
    public void A_check_that_sees_nothing_is_marked_or_excused()
    {
        Assert.EndsWith("| **none** | **none** | not tried |", Row(Seen, new MutantVerdict(Seen, "one", [], [])), StringComparison.Ordinal);
        Assert.EndsWith($"| none: {Hidden.UnseenByFixtures} | not tried |", Row(Hidden, new MutantVerdict(Hidden, "one", [], [])), StringComparison.Ordinal);
    }

    private static string Row(Mutant mutant, params MutantVerdict[] verdicts) => KillTableMarkdown.Render(new KillTable
    {
        Verdicts = verdicts,
        FalseKills = [],
        Laws = LawBook.All,
        CaseCount = 1,
        Fixtures = MutantCases.Load(FixtureLocator.FindShipped()),
    }).Split('\n').Single(line => line.StartsWith($"| `{mutant.Name}`", StringComparison.Ordinal));
}
