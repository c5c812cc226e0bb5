using System.Collections.Concurrent;
using Tint.Fixtures;
using Tint.Properties.Campaigns;
using Tint.Properties.FixtureCases;
using Tint.Properties.Generators;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Verification;
using Tint.Verification.Engines;

namespace Tint.Properties.Mutants.Table;

/// <summary>Puts implementations to laws and fixture cases, and remembers what does not depend on the implementation.</summary>
public sealed class MutantTrial : IDisposable
{
    /// <summary>The number of random cases on which each law is tried, enough that every option that a fault hides behind comes up.</summary>
    public const int DefaultCaseCount = 24;

    private const int CampaignSeed = 1;
    private const string WholeModel = FixtureModules.WholeModel;

    private readonly RememberingEngine _construction = new(new ConstructionEngine());
    private readonly Dictionary<Law, Lazy<LawCase>[]> _cases;
    private readonly ConcurrentDictionary<Law, bool> _met = [];

    /// <summary>Prepares a trial.</summary>
    /// <param name="laws">The laws.</param>
    /// <param name="caseCount">On how many random cases each law is tried: those with which a campaign of seed 1 begins.</param>
    /// <param name="fixtures">The fixture cases.</param>
    public MutantTrial(IReadOnlyList<Law> laws, int caseCount, IReadOnlyList<FixtureCase> fixtures)
    {
        ArgumentNullException.ThrowIfNull(laws);
        ArgumentNullException.ThrowIfNull(fixtures);
        (Laws, CaseCount, Fixtures) = (laws, caseCount, fixtures);
        _cases = laws.ToDictionary(law => law, law => Enumerable.Range(0, caseCount)
            .Select(index => new Lazy<LawCase>(() => CaseSeed.Case(CampaignSeed, law, index)))
            .ToArray());
    }

    /// <summary>Closes the fixture cases.</summary>
    public void Dispose() => _construction.Dispose();

    /// <summary>The laws.</summary>
    public IReadOnlyList<Law> Laws { get; }

    /// <summary>The fixture cases.</summary>
    public IReadOnlyList<FixtureCase> Fixtures { get; }

    /// <summary>The laws whose condition no case has met so far, on whatever was tried.</summary>
    public IReadOnlyList<Law> NotTried => [.. Laws.Where(law => !_met.ContainsKey(law))];

    /// <summary>The number of random cases.</summary>
    public int CaseCount { get; }

    /// <summary>
    /// A proof by polynomial identity: the claim that an implementation breaks, or null where it keeps all. Null where mutants are not put to any. It is not called while laws
    /// are tried, since the whole process computes in a field meanwhile.
    /// </summary>
    public Func<ITint, Kill?>? Proof { get; init; }

    /// <summary>Tries a mutant of a correct implementation; laws about the mutant's part come first.</summary>
    /// <param name="mutant">The mutant.</param>
    /// <param name="correct">What the fault is put into.</param>
    /// <param name="firstOnly">Stop at the first law and the first fixture case that see the fault.</param>
    /// <param name="likely">Labels of laws and ids of fixture cases that are thought to see it, and so are tried first.</param>
    public MutantVerdict Try(Mutant mutant, ITint correct, bool firstOnly, IReadOnlySet<string>? likely = null)
    {
        ArgumentNullException.ThrowIfNull(mutant);
        ArgumentNullException.ThrowIfNull(correct);
        var (tint, control) = (mutant.Apply(correct), MutantCatalogue.Unmutated(correct));
        var part = mutant.Name.Split('.')[0];
        var laws = KillsByLaw(tint, control, Laws.OrderByDescending(law => likely?.Contains(law.Label)).ThenByDescending(law => IsAbout(law, part)));
        var fixtures = KillsByFixture(tint, Fixtures.OrderByDescending(item => likely?.Contains(item.Id)));
        return new MutantVerdict(
            mutant, correct.Name, [.. firstOnly ? laws.Take(1) : laws], [.. firstOnly ? fixtures.Take(1) : fixtures]);
    }

    /// <summary>Tries a mutant of another correct implementation on the laws that saw it in the first; fixture cases are all tried.</summary>
    /// <param name="seen">What saw the mutant of the first.</param>
    /// <param name="correct">What the fault is put into.</param>
    public MutantVerdict TryAgain(MutantVerdict seen, ITint correct)
    {
        ArgumentNullException.ThrowIfNull(seen);
        ArgumentNullException.ThrowIfNull(correct);
        var tint = seen.Mutant.Apply(correct);
        var labels = seen.Laws.Select(kill => kill.Check).ToHashSet();
        var laws = KillsByLaw(tint, MutantCatalogue.Unmutated(correct), Laws.Where(law => labels.Contains(law.Label)));
        return new MutantVerdict(seen.Mutant, correct.Name, [.. laws], [.. KillsByFixture(tint)]);
    }

    /// <summary>The laws that an implementation breaks, each with the first case on which it does.</summary>
    public IEnumerable<Kill> KillsByLaw(ITint tint) => KillsByLaw(tint, control: null, Laws);

    /// <summary>The fixture cases that an implementation fails.</summary>
    public IEnumerable<Kill> KillsByFixture(ITint tint) => KillsByFixture(tint, Fixtures);

    private IEnumerable<Kill> KillsByFixture(ITint tint, IEnumerable<FixtureCase> fixtures)
    {
        foreach (var fixtureCase in fixtures)
        {
            var report = CaseRunner.Run(fixtureCase, [new TintCaseEngine(tint, _construction)]);
            if (report.Verdict != CaseVerdict.Passed)
            {
                yield return new Kill(fixtureCase.Id, Finding(report));
            }
        }
    }

    /// <summary>As above; where there is a control, a law that it breaks as well on the same case says nothing.</summary>
    private IEnumerable<Kill> KillsByLaw(ITint tint, ITint? control, IEnumerable<Law> laws)
    {
        foreach (var law in laws)
        {
            var cases = _cases[law];
            for (var i = 0; i < cases.Length; i++)
            {
                var verdict = law.Check(tint, cases[i].Value);
                if (verdict.Applies)
                {
                    _met[law] = true;
                }

                if (!verdict.Holds && (control is null || law.Check(control, cases[i].Value).Holds))
                {
                    yield return new Kill(law.Label, verdict.Worst ?? $"error/bound {verdict.Ratio}", i);
                    break;
                }
            }
        }
    }

    private static string Finding(CaseReport report) => report.FirstFailure is { } failure
        ? string.Join(' ', new[] { $"{failure.Tensor}: {failure.Problem}", failure.FirstPlace?.ToString() }.OfType<string>())
        : report.Problem ?? "it fails";

    private static bool IsAbout(Law law, string part) =>
        law.Name.StartsWith(part, StringComparison.Ordinal) || law.Subject.Contains(part, StringComparison.OrdinalIgnoreCase) || (law.Subject == WholeModel && part is "loss" or "block" or "model");
}
