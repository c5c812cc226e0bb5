using Tint.Properties.Laws;
using Tint.Reference;

namespace Tint.Properties.Campaigns;

/// <summary>Tries laws on many random cases.</summary>
public static class Campaign
{
    /// <summary>Runs a campaign. The result depends on the options alone, not on threads or on their order.</summary>
    /// <param name="options">What to run.</param>
    /// <param name="progress">Told of every case; null tells nobody.</param>
    /// <param name="token">Cancels the run.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="RuleViolationException">The options ask for no law, or for a shard without a case: nothing would be learnt.</exception>
    public static CampaignResult Run(CampaignOptions options, IProgress<LawVerdict>? progress = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var indices = options.Indices;
        RequireSome(options, indices.Count);
        Tally[] tallies = [.. options.Laws.Select(_ => new Tally())];
        var settings = new ParallelOptions { CancellationToken = token, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0L, (long)indices.Count * tallies.Length, settings, job =>
        {
            var (law, index) = ((int)(job % tallies.Length), indices[(int)(job / tallies.Length)]);
            var verdict = options.Laws[law].Check(options.Implementation, CaseSeed.Case(options.Seed, options.Laws[law], index));
            tallies[law].Add(index, verdict);
            progress?.Report(verdict);
        });
        return new CampaignResult(options, [.. options.Laws.Zip(tallies, (law, tally) => Report(options, law, tally))]);
    }

    private static void RequireSome(CampaignOptions options, int cases)
    {
        if (options.Laws.Count == 0)
        {
            throw new RuleViolationException("a campaign must have a law", "none", "pass the laws to try");
        }

        if (cases == 0)
        {
            var shard = options.Shard;
            throw new RuleViolationException(
                "a shard must have a case",
                $"shard {shard.Index}/{shard.Count} of {options.Cases} {(options.Cases == 1 ? "case" : "cases")} a law",
                $"use at most {options.Cases} {(options.Cases == 1 ? "shard" : "shards")}, or at least {shard.Index} cases");
        }
    }

    private static LawReport Report(CampaignOptions options, Law law, Tally tally)
    {
        LawFailure? first = null;
        if (tally.FirstFailure is { } index)
        {
            var item = CaseSeed.Case(options.Seed, law, index);
            var verdict = law.Check(options.Implementation, item);
            var shrunk = options.Shrink ? Minimiser.Shrink(law, options.Implementation, item, verdict) : (item, verdict);
            first = new LawFailure(law, options.Seed, index, (item, verdict), shrunk, options.Implementation.Name, options.Provider?.Choice);
        }

        return new LawReport(law, tally.Cases, tally.Applied, tally.Failures, tally.WorstRatio, tally.WorstCase, first);
    }

    /// <summary>Adds up verdicts; ties go to the lower index, so that the order of arrival does not matter.</summary>
    private sealed class Tally
    {
        private readonly Lock _lock = new();

        public int Cases { get; private set; }

        public int Applied { get; private set; }

        public int Failures { get; private set; }

        public double WorstRatio { get; private set; }

        public int WorstCase { get; private set; } = -1;

        public int? FirstFailure { get; private set; }

        public void Add(int index, LawVerdict verdict)
        {
            lock (_lock)
            {
                Cases++;
                Applied += verdict.Applies ? 1 : 0;
                if (verdict.Applies && (WorstCase < 0 || verdict.Ratio > WorstRatio || (verdict.Ratio == WorstRatio && index < WorstCase)))
                {
                    (WorstRatio, WorstCase) = (verdict.Ratio, index);
                }

                if (!verdict.Holds)
                {
                    Failures++;
                    FirstFailure = Math.Min(FirstFailure ?? index, index);
                }
            }
        }
    }
}
