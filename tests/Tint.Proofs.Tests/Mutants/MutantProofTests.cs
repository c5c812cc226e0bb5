using Tint.Fixtures;
using Tint.Proofs.Mutants;
using Tint.Properties.Implementations;
using Tint.Properties.Mutants;

namespace Tint.Proofs.Tests.Mutants;

public sealed class MutantProofTests
{
    private static readonly string[][] Rows = [.. File.ReadLines(Path.Combine(FixtureLocator.FindShipped(), "..", "verification", "mutants.md"))
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal) && line.Contains('.', StringComparison.Ordinal))
        .Select(line => line.Split(" | "))
        .Where(cells => cells.Length == 6)];

    [Fact]
    public void What_mutants_are_made_of_is_refuted_by_no_claim()
    {
        foreach (var correct in MutantCatalogue.Bases)
        {
            Assert.Null(MutantProof.FirstRefuted(correct)?.Finding);
            Assert.Null(MutantProof.FirstRefuted(MutantCatalogue.Unmutated(correct))?.Finding);
        }
    }

    [Fact]
    public void Every_mutant_is_refuted_as_the_table_says_or_it_says_why_none_can()
    {
        var simulation = new SimulationTint();
        Assert.Equal(MutantCatalogue.All.Count, Rows.Length);
        foreach (var (mutant, cells) in MutantCatalogue.All.Zip(Rows))
        {
            var kill = MutantProof.FirstRefuted(mutant, simulation);
            var expected = kill is null ? $"none: {mutant.UnseenByProof}"
                : kill.Finding.StartsWith("no value", StringComparison.Ordinal) ? $"{kill.Check} (no value)" : kill.Check;
            Assert.Equal((mutant.Name, expected), (mutant.Name, cells[5].TrimEnd(' ', '|')));
            Assert.Equal((mutant.Name, kill is null), (mutant.Name, mutant.UnseenByProof is not null));
        }
    }

    [Theory]
    [InlineData("linear.update-sign")]
    [InlineData("norm.bessel")]
    [InlineData("attention.sees-next")]
    [InlineData("block.*")]
    public void Mutants_of_the_construction_are_refuted_too(string pattern) => Assert.All(
        MutantCatalogue.Select(pattern),
        mutant => Assert.True(MutantProof.FirstRefuted(mutant, new ConstructionTint()) is not null, mutant.Name));
}
