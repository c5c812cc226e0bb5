using FsCheck.Xunit;
using Tint.Fixtures;
using Tint.Reference;
using Tint.Verification.Engines;
using Tint.Verification.Tests.Support;

namespace Tint.Verification.Tests;

public class VerifierTests
{
    private static readonly FixtureCase[] Modules = [.. CaseFilter.Select(Shipped.Cases, "*.a")];

    [Fact]
    public void Reports_are_in_the_order_of_the_cases_and_progress_hears_of_each()
    {
        var heard = new Heard();
        var run = Verifier.Run(Modules, [new FileEngine()], seed: 5, progress: heard);
        Assert.Equal(Modules.Select(item => item.Id), run.Reports.Select(report => report.Case.Id));
        Assert.Equal(Modules.Select(item => item.Id).Order(), heard.Ids.Order());
        Assert.Equal((17, 0, 0, 0, 5), (run.Passed, run.Failed, run.Errors, run.Skipped, run.Seed));
        Assert.Equal(run.TensorsListed, run.TensorsChecked);
    }

    [Fact]
    public void Modules_are_summed_up_by_their_worst_case()
    {
        var run = Verifier.Run(Shipped.Cases.Where(item => item.Module == "LinearDescent").ToArray(), [new FileEngine()]);
        var summary = Assert.Single(run.Modules);
        Assert.Equal(("LinearDescent", 14, 14), (summary.Module, summary.Reports.Count, summary.Count(CaseVerdict.Passed)));
        Assert.Equal(0, summary.ConstructionFixture.Relative);
        Assert.Equal(0, summary.ConstructionFixture.Ratio);
    }

    [Fact]
    public void Errors_count_as_failed()
    {
        var run = Verifier.Run(Modules, [new StubEngine(_ => throw new RuleViolationException("a", "b", "c"))]);
        Assert.Equal((0, 17, 17, 0), (run.Passed, run.Failed, run.Errors, run.Skipped));
    }

    [Fact]
    public void Cases_that_a_cancelled_run_did_not_begin_are_skipped()
    {
        using var source = new CancellationTokenSource();
        var engine = new FileEngine();
        var cases = Enumerable.Repeat(Modules, 40).SelectMany(item => item).ToArray();
        var cancelling = new StubEngine(_ =>
        {
            source.Cancel();
            return new Dictionary<string, ComputedTensor>();
        });
        var run = Verifier.Run(cases, [engine, cancelling], cancellationToken: source.Token);
        Assert.True(run.Passed > 0);
        Assert.True(run.Skipped > 0);
        Assert.Equal(cases.Length, run.Passed + run.Skipped);
    }

    [Fact]
    public void Refuses_a_run_without_cases() =>
        Assert.Equal("a verification needs at least one case", Assert.Throws<RuleViolationException>(() => Verifier.Run([], [new FileEngine()])).Rule);

    [Fact]
    public void Refuses_a_run_without_engines() =>
        Assert.Equal("a verification needs at least one engine", Assert.Throws<RuleViolationException>(() => Verifier.Run(Modules, [])).Rule);

    [Property]
    public bool An_order_holds_every_case_once_and_replays_from_its_seed(byte count, int seed)
    {
        var order = Verifier.Order(count, seed);
        return order.Order().SequenceEqual(Enumerable.Range(0, count)) && order.SequenceEqual(Verifier.Order(count, seed));
    }

    [Fact]
    public void Another_seed_gives_another_order() => Assert.NotEqual(Verifier.Order(50, 1), Verifier.Order(50, 2));

    private sealed class Heard : IProgress<CaseReport>
    {
        private readonly List<string> _ids = [];

        public IReadOnlyList<string> Ids => _ids;

        public void Report(CaseReport value)
        {
            lock (_ids)
            {
                _ids.Add(value.Case.Id);
            }
        }
    }
}
