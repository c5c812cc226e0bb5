using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Properties.Mutants;

namespace Tint.Conformance.Tests;

public class LawTrialTests
{
    [Theory]
    [Law("L0?", Cases = 3)]
    public void Laws_are_theories(LawTrial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        trial.Holds(new SimulationTint());
    }

    [Fact]
    public void A_counterexample_has_its_matrices_and_a_line_that_runs_it_again()
    {
        var mutant = MutantCatalogue.All.Single(one => one.Name == "linear.transposed-weight").Apply(new SimulationTint());
        var failure = new LawTrial(LawBook.Select("L01")[0], 5, seed: 1).Failure(mutant);
        Assert.NotNull(failure);
        Assert.Contains("W = [", failure, StringComparison.Ordinal);
        Assert.Contains("reproduce: ", failure, StringComparison.Ordinal);
    }
}
