using Tint.Properties.Mutants;
using Tint.Properties.Mutants.Table;
using Tint.Properties.Tests.Mutants.Support;

namespace Tint.Properties.Tests.Mutants;

/// <summary>Every fault is seen by a law and by a fixture case, but for the checks that its definition says cannot see it.</summary>
public sealed class MutantKillTests
{
    public static TheoryData<string> Names => new(MutantCatalogue.All.Select(mutant => mutant.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_mutant_of_either_implementation_is_found_out(string name)
    {
        // What the committed table says sees it is tried first, and everything else where that does not.
        var (mutant, likely) = (MutantCatalogue.Select(name).Single(), CommittedTable.ChecksOf(name));
        Assert.All(MutantCatalogue.Bases, correct => Assert.Null(Trials.Full.Try(mutant, correct, firstOnly: true, likely).Complaint));
    }

    [Fact]
    public void Nothing_is_found_in_correct_implementations() => Assert.Empty(KillTable.FalseKillsOf(Trials.Short));
}
