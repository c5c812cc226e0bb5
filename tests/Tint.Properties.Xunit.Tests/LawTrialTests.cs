using Tint.Properties.Campaigns;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Properties.Mutants;
using Tint.Properties.Saving;
using Tint.Reference;

namespace Tint.Properties.Xunit.Tests;

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

    [Fact]
    public void A_saved_counterexample_is_tried_again_on_any_backend()
    {
        var folder = Directory.CreateTempSubdirectory("tint-laws-").FullName;
        try
        {
            var mutant = MutantCatalogue.All.Single(one => one.Name == "linear.transposed-weight").Apply(new SimulationTint());
            var result = Campaign.Run(new CampaignOptions { Implementation = mutant, Laws = LawBook.Select("L01"), Cases = 5, Seed = 1 });
            FailureFiles.Save(folder, [result.Reports[0].First!]);
            var trial = Assert.IsType<LawTrial>(Assert.Single(Assert.Single(new SavedLawAttribute(folder).GetData(null!))));
            Assert.Contains("W = [", trial.Failure(mutant), StringComparison.Ordinal);
            Assert.Null(trial.Failure(new SimulationTint()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_folder_without_saved_cases_is_refused() =>
        Assert.Throws<RuleViolationException>(() => new SavedLawAttribute(Directory.CreateTempSubdirectory("tint-laws-").FullName).GetData(null!));
}
