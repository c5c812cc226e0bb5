using Tint.Fixtures;
using Tint.Reference;
using Tint.Reference.Configuration;
using Tint.Verification.Engines;
using Tint.Verification.Tests.Support;

namespace Tint.Verification.Tests.Engines;

public class ConfigurationNamesTests
{
    [Fact]
    public void A_case_of_an_inadmissible_shape_is_refused_in_the_words_of_its_manifest()
    {
        var engine = new StubEngine(item => CaseConfiguration.Of(item with { Config = item.Config with { NumHeads = 5 } }) is null ? null! : throw new NotSupportedException());
        var report = CaseRunner.Run(Shipped.Case("LinearForward.a"), [engine]);
        Assert.Equal(CaseVerdict.Error, report.Verdict);
        Assert.StartsWith("num_heads must divide hidden_size into heads whose width divides aux_hidden_size", report.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("HeadCount", report.Problem, StringComparison.Ordinal);
        Assert.Contains("the nearest num_heads that work: ", report.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_library_speaks_of_its_own_properties()
    {
        var refusal = Assert.Throws<RuleViolationException>(() => AdmissibleShapes.Check(
            CaseConfiguration.Of(Shipped.Case("LinearForward.a")) with { HeadCount = 5 }));
        Assert.StartsWith("HeadCount must divide HiddenSize", refusal.Rule, StringComparison.Ordinal);
        Assert.Equal(ConfigurationNames.InManifest(refusal.Message), ConfigurationNames.InManifest(refusal).Message);
    }

    /// <summary>Every number that a manifest gives can be the one that is refused.</summary>
    [Fact]
    public void Every_number_of_a_manifest_has_its_name()
    {
        var numbers = typeof(FixtureConfiguration).GetProperties()
            .Where(property => property.PropertyType == typeof(int) || property.PropertyType == typeof(double));
        string[] given =
        [
            .. typeof(TintConfiguration).GetProperties().Select(property => property.Name),
            .. typeof(AuxiliaryConfiguration).GetProperties().Select(property => $"Auxiliary.{property.Name}"),
        ];
        var translated = given.Select(ConfigurationNames.InManifest).ToHashSet();
        Assert.All(numbers, property => Assert.Contains(
            string.Concat(property.Name.Select((c, i) => char.IsUpper(c) && i > 0 ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}")), translated));
    }
}
