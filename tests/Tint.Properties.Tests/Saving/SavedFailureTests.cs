using Tint.Fixtures;
using Tint.Properties.Campaigns;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Properties.Saving;
using Tint.Properties.Tests.Support;
using Tint.Reference;

namespace Tint.Properties.Tests.Saving;

public sealed class SavedFailureTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly LawFailure _failure;
    private readonly string _file;

    public SavedFailureTests()
    {
        var options = new CampaignOptions { Implementation = new FaultyTint(), Laws = LawBook.Select("L02"), Cases = 2, Seed = 1 };
        _failure = Campaign.Run(options).Reports[0].First!;
        _file = Path.Combine(_directory.Path, FailureFiles.Save(_directory.Path, [_failure]).Single() + ".safetensors");
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_file_says_its_law_seed_case_and_implementation_and_the_way_to_the_smaller_case()
    {
        var saved = SavedFailure.Read(_file);
        Assert.Equal((_failure.Law, 1, _failure.Index), (saved.Law, saved.Seed, saved.Index));
        Assert.Equal(_failure.Steps, saved.Steps);
        Assert.NotEmpty(saved.Steps);
        Assert.Equal(ImplementationNames.Of(new FaultyTint()), saved.Implementation);
    }

    [Fact]
    public void The_case_is_made_again_exactly_and_its_law_judges_any_implementation_on_it()
    {
        var item = SavedFailure.Read(_file).Case(_file);
        Assert.Equal(_failure.Shrunk.Case.ToString(), item.ToString());
        Assert.Equal(_failure.Shrunk.Case.Signal, item.Signal);
        Assert.Equal(_failure.Shrunk.Case.Layer.Value.Weight, item.Layer.Value.Weight);
        Assert.Equal(_failure.Shrunk.Verdict, _failure.Law.Check(new FaultyTint(), item));
        Assert.True(_failure.Law.Check(new SimulationTint(), item).Holds);
    }

    [Fact]
    public void A_case_that_this_version_makes_otherwise_is_refused()
    {
        var saved = SavedFailure.Read(_file);
        Assert.Throws<RuleViolationException>(() => (saved with { Index = saved.Index + 1, Steps = [] }).Case(_file));
        Assert.Throws<RuleViolationException>(() => (saved with { Steps = [int.MaxValue] }).Case(_file));
    }

    [Fact]
    public void A_case_that_comes_from_no_law_is_refused()
    {
        var shipped = Path.Combine(FixtureLocator.FindShipped(), "cases", "LinearForward.a.safetensors");
        Assert.Contains("tint properties --save DIR", Assert.Throws<RuleViolationException>(() => SavedFailure.Read(shipped)).Message, StringComparison.Ordinal);
    }
}
