using System.Text.RegularExpressions;
using Tint.Properties.Mutants;
using Tint.Reference;

namespace Tint.Properties.Tests.Mutants;

public sealed class MutantCatalogueTests
{
    [Fact]
    public void There_are_at_least_thirty_mutants_with_names_of_their_own()
    {
        Assert.True(MutantCatalogue.All.Count >= 30, $"{MutantCatalogue.All.Count} mutants");
        Assert.Equal(MutantCatalogue.All.Count, MutantCatalogue.All.Select(mutant => mutant.Name).Distinct().Count());
    }

    [Fact]
    public void A_mutant_says_where_it_is_what_it_computes_and_which_mistake_it_models()
    {
        Assert.All(MutantCatalogue.All, mutant =>
        {
            Assert.Matches(new Regex("^(linear|norm|activation|attention|stencil|score|loss|block|plan|model|optimiser|family|softmax|rms-norm|product|padded-inner-width|grouped-queries|rotation|slopes-and-scale|relative-buckets|both-directions|cross-attention)(\\.[a-z]+(-[a-z]+)*)$"), mutant.Name);
            Assert.EndsWith(".", mutant.Fault, StringComparison.Ordinal);
            Assert.NotEmpty(mutant.Models);
        });
    }

    [Fact]
    public void A_pattern_picks_mutants_by_their_whole_name()
    {
        Assert.Equal(["linear.update-sign"], MutantCatalogue.Select("*.update-sign").Select(mutant => mutant.Name));
        Assert.All(MutantCatalogue.Select("loss.*"), mutant => Assert.StartsWith("loss.", mutant.Name, StringComparison.Ordinal));
        Assert.Equal(MutantCatalogue.All, MutantCatalogue.Select(null));
    }

    [Fact]
    public void Rejects_a_pattern_that_matches_no_mutant() =>
        Assert.Contains("'update-sign'", Assert.Throws<RuleViolationException>(() => MutantCatalogue.Select("update-sign")).Message, StringComparison.Ordinal);
}
