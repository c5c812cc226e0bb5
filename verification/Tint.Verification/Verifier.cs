using System.Collections.Concurrent;
using Tint.Fixtures;
using Tint.Reference;
using Tint.Verification.Engines;
using Tint.Verification.Simulating;

namespace Tint.Verification;

/// <summary>Runs cases and judges them.</summary>
public static class Verifier
{
    /// <summary>
    /// Runs every case, several at a time and in an order drawn from a seed, so that a result that depends on what ran before shows itself.
    /// Reports are in the order of <paramref name="cases"/>.
    /// </summary>
    /// <param name="cases">The cases, at least one.</param>
    /// <param name="engines">What computes their expectations, at least one; see <see cref="CaseRunner.Run"/>.</param>
    /// <param name="seed">The seed of the order.</param>
    /// <param name="compare">Whether to compare with the simulation and the truth as well; see <see cref="CaseComparison"/>.</param>
    /// <param name="progress">Told each report as soon as it is there, from several threads.</param>
    /// <param name="simulation">The simulation of whole models to compare with; null for that on the host.</param>
    /// <param name="cancellationToken">Once cancelled, cases that have not begun are skipped.</param>
    /// <exception cref="RuleViolationException">There is no case, or no engine: a run that checks nothing must not pass.</exception>
    public static VerificationRun Run(
        IReadOnlyList<FixtureCase> cases,
        IReadOnlyList<ICaseEngine> engines,
        int seed = 0,
        bool compare = false,
        IProgress<CaseReport>? progress = null,
        ISimulation? simulation = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cases);
        ArgumentNullException.ThrowIfNull(engines);
        RequireSome(cases.Count, "case");
        RequireSome(engines.Count, "engine");
        var reports = new CaseReport?[cases.Count];
        Parallel.ForEach(
            Partitioner.Create(Order(cases.Count, seed), EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            (index, loop) =>
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    loop.Stop();
                    return;
                }

                var report = CaseRunner.Run(cases[index], engines, compare, simulation);
                reports[index] = report;
                progress?.Report(report);
            });
        return Known(cases, seed, reports.OfType<CaseReport>());
    }

    /// <summary>What is known of a run of which some cases have finished; the others are skipped.</summary>
    /// <param name="cases">All its cases.</param>
    /// <param name="seed">The seed of its order.</param>
    /// <param name="finished">The reports that are there.</param>
    public static VerificationRun Known(IReadOnlyList<FixtureCase> cases, int seed, IEnumerable<CaseReport> finished)
    {
        ArgumentNullException.ThrowIfNull(cases);
        var reports = finished.ToLookup(report => (object)report.Case, ReferenceEqualityComparer.Instance);
        return new VerificationRun
        {
            Seed = seed,
            Reports =
            [
                .. cases.Select(item => reports[item].FirstOrDefault() ?? new CaseReport { Case = item, Verdict = CaseVerdict.Skipped }),
            ],
        };
    }

    /// <summary>The order in which a seed has cases begin: every index below <paramref name="count"/> once.</summary>
    public static IReadOnlyList<int> Order(int count, int seed)
    {
        var order = Enumerable.Range(0, count).ToArray();
        new Random(seed).Shuffle(order);
        return order;
    }

    private static void RequireSome(int count, string what)
    {
        if (count == 0)
        {
            throw new RuleViolationException($"a verification needs at least one {what}", "none", $"pass the {what}s to run");
        }
    }
}
