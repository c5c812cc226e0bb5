using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Reference;

namespace Tint.Properties.Campaigns;

/// <summary>A campaign while it runs: what it has found can be asked for at any time, also after it was cancelled.</summary>
public sealed class CampaignRun
{
    private readonly CampaignOptions _options;
    private readonly IReadOnlyList<int> _indices;
    private readonly Tally[] _tallies;

    /// <summary>Prepares a campaign.</summary>
    /// <param name="options">What to run.</param>
    /// <exception cref="RuleViolationException">The options ask for no law, or for a shard without a case: nothing would be learnt.</exception>
    public CampaignRun(CampaignOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _indices) = (options, options.Indices);
        RequireSome(options, _indices.Count);
        _tallies = [.. options.Laws.Select(_ => new Tally())];
    }

    /// <summary>How many cases there are to try, all laws together.</summary>
    public long Jobs => (long)_indices.Count * _tallies.Length;

    /// <summary>Tries the cases, and makes what fails smaller.</summary>
    /// <param name="progress">Told of every case; null tells nobody.</param>
    /// <param name="token">Cancels the run between two cases, or between two candidates of a smaller case.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled; <see cref="Known"/> says what was found.</exception>
    public CampaignResult Run(IProgress<LawVerdict>? progress = null, CancellationToken token = default)
    {
        var settings = new ParallelOptions { CancellationToken = token, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0L, Jobs, settings, job =>
        {
            var (law, index) = ((int)(job % _tallies.Length), _indices[(int)(job / _tallies.Length)]);
            var verdict = _options.Laws[law].Check(_options.Implementation, CaseSeed.Case(_options.Seed, _options.Laws[law], index));
            _tallies[law].Add(index, verdict);
            progress?.Report(verdict);
        });
        var known = Known();
        return _options.Shrink ? known with { Reports = [.. known.Reports.Select(report => Shrink(report, token))] } : known;
    }

    /// <summary>What has been found so far: laws with the cases that were tried, and failures as they were drawn.</summary>
    public CampaignResult Known() => new(_options, [.. _options.Laws.Zip(_tallies, (law, tally) => tally.Report(_options, law))]);

    private LawReport Shrink(LawReport report, CancellationToken token)
    {
        if (report.First is not { } first)
        {
            return report;
        }

        var (item, verdict, steps) = Minimiser.Shrink(report.Law, _options.Implementation, first.Original.Case, first.Original.Verdict, token);
        return report with { First = first with { Shrunk = (item, verdict), Steps = steps } };
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

    /// <summary>Adds up verdicts; ties go to the lower index, so that the order of arrival does not matter.</summary>
    private sealed class Tally
    {
        private readonly Lock _lock = new();

        public int Cases { get; private set; }

        public int Applied { get; private set; }

        public int Failures { get; private set; }

        public string? Missing { get; private set; }

        public double WorstRatio { get; private set; }

        public int WorstCase { get; private set; } = -1;

        public (int Index, LawVerdict Verdict)? FirstFailure { get; private set; }

        public void Add(int index, LawVerdict verdict)
        {
            lock (_lock)
            {
                Cases++;
                Applied += verdict.Applies ? 1 : 0;
                Missing ??= verdict.Missing;
                if (verdict.Applies && (WorstCase < 0 || verdict.Ratio > WorstRatio || (verdict.Ratio == WorstRatio && index < WorstCase)))
                {
                    (WorstRatio, WorstCase) = (verdict.Ratio, index);
                }

                if (!verdict.Holds)
                {
                    Failures++;
                    FirstFailure = FirstFailure is { } first && first.Index < index ? first : (index, verdict);
                }
            }
        }

        /// <summary>The report so far, with the failure as it was drawn.</summary>
        public LawReport Report(CampaignOptions options, Law law)
        {
            lock (_lock)
            {
                LawFailure? first = null;
                if (FirstFailure is var (index, verdict))
                {
                    var drawn = (CaseSeed.Case(options.Seed, law, index), verdict);
                    first = new LawFailure(law, options.Seed, index, drawn, drawn, options.Implementation.Name, options.Provider?.Choice)
                    {
                        Address = ImplementationNames.Of(options.Implementation),
                    };
                }

                return new LawReport(law, Cases, Applied, Failures, WorstRatio, WorstCase, first) { Missing = Missing };
            }
        }
    }
}
