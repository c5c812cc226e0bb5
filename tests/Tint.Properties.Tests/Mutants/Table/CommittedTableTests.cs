using System.Globalization;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Properties.Mutants;
using Tint.Properties.Mutants.Cases;
using Tint.Properties.Mutants.Table;
using Tint.Properties.Tests.Mutants.Support;

namespace Tint.Properties.Tests.Mutants.Table;

/// <summary><c>verification/mutants.md</c> says what the code does; where it does not, <c>tint mutants --markdown</c> writes it anew.</summary>
public sealed class CommittedTableTests
{
    private const int LawsCell = 3;
    private const int FixturesCell = 4;

    [Fact]
    public void Has_a_row_for_every_mutant_in_the_words_of_its_definition() => Assert.Equal(
        MutantCatalogue.All.Select(mutant => (Name: $"`{mutant.Name}`", mutant.Fault, mutant.Models)),
        CommittedTable.Mutants.Select(cells => (Name: cells[0], Fault: cells[1], Models: cells[2])));

    [Fact]
    public void Has_the_laws_and_the_cases_that_are_tried()
    {
        Assert.Equal(
            LawBook.All.Select(law => (law.Label, Name: $"`{law.Name}`", law.Statement)),
            CommittedTable.Laws.Select(cells => (Label: cells[0], Name: cells[1], Statement: cells[2])));
        Assert.Equal(MutantCases.Ids.Select(id => $"`{id}`"), CommittedTable.Fixtures.Select(cells => cells[1]));
    }

    [Fact]
    public void Says_of_every_mutant_that_a_law_and_a_case_see_it_or_why_none_can()
    {
        foreach (var (mutant, cells) in MutantCatalogue.All.Zip(CommittedTable.Mutants))
        {
            ExpectVerdict(cells[LawsCell], mutant.UnseenByLaws, LawBook.All.Select(law => law.Label));
            ExpectVerdict(cells[FixturesCell], mutant.UnseenByFixtures, CommittedTable.Fixtures.Select(row => row[0]));
        }
    }

    /// <summary>The construction and the simulation, which judge other laws, walk the same plan as the mutant; the exact model has its own wiring.</summary>
    [Fact]
    public void Says_of_every_fault_of_the_plan_that_a_law_sees_it_whose_truth_is_the_exact_model()
    {
        string[][] faults = [.. CommittedTable.Mutants.Where(cells => cells[0].StartsWith("`plan.", StringComparison.Ordinal))];
        Assert.NotEmpty(faults);
        Assert.All(faults, cells => Assert.NotEmpty(cells[LawsCell].Split(' ').Intersect(["L42", "L74", "L75"])));
    }

    [Fact]
    public void Names_exactly_the_cases_that_see_a_mutant()
    {
        var simulation = new SimulationTint();
        foreach (var (mutant, cells) in MutantCatalogue.All.Zip(CommittedTable.Mutants).Where(pair => pair.First.UnseenByFixtures is null))
        {
            var kills = Trials.Full.KillsByFixture(mutant.Apply(simulation)).Select(kill => kill.Check).ToHashSet();
            var expected = MutantCases.Ids.Index().Where(item => kills.Contains(item.Item))
                .Select(item => string.Create(CultureInfo.InvariantCulture, $"F{item.Index + 1:00}"));
            Assert.Equal((mutant.Name, string.Join(' ', expected)), (mutant.Name, cells[FixturesCell]));
        }
    }

    [Fact]
    public void Every_law_sees_a_mutant_that_the_table_says_it_sees_so_that_none_holds_whatever_happens()
    {
        var simulation = new SimulationTint();
        foreach (var law in LawBook.All.Where(law => !MutantCatalogue.LawsBeyondMutants.ContainsKey(law.Label)))
        {
            var row = CommittedTable.Mutants.FirstOrDefault(cells => cells[LawsCell].Split(' ').Contains(law.Label));
            Assert.True(row is not null, $"{law} sees no mutant");
            var mutant = MutantCatalogue.Select(row[0].Trim('`')).Single();
            using var trial = new MutantTrial([law], MutantTrial.DefaultCaseCount, []);
            Assert.True(trial.Try(mutant, simulation, firstOnly: true).Laws.Count == 1, $"{law} does not see {mutant.Name}");
        }
    }

    private static void ExpectVerdict(string cell, string? unseen, IEnumerable<string> labels)
    {
        if (unseen is not null)
        {
            Assert.Equal($"none: {unseen}", cell);
            return;
        }

        var known = labels.ToHashSet();
        var seen = cell.Split(' ').Where(word => !word.StartsWith('(') && !word.EndsWith(')')).ToArray();
        Assert.NotEmpty(seen);
        Assert.All(seen, label => Assert.Contains(label, known));
    }
}
