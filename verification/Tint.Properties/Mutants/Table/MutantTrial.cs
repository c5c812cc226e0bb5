using Tint.Fixtures;
using Tint.Properties.Generators;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Properties.Mutants.Cases;
using Tint.Verification;
using Tint.Verification.Engines;

namespace Tint.Properties.Mutants.Table;

/// <summary>Puts implementations to laws and fixture cases, and remembers what does not depend on the implementation.</summary>
public sealed class MutantTrial
{
    /// <summary>The number of random cases on which each law is tried, enough that every option that a fault hides behind comes up.</summary>
    public const int DefaultCaseCount = 60;

    private const string WholeModel = FixtureModules.WholeModel;

    private readonly RememberingEngine _construction = new(new ConstructionEngine());
    private readonly Lazy<LawCase>[] _cases;

    /// <summary>Prepares a trial.</summary>
    /// <param name="laws">The laws.</param>
    /// <param name="caseCount">On how many random cases, of the seeds 1, 2, …, each law is tried.</param>
    /// <param name="fixtures">The fixture cases.</param>
    public MutantTrial(IReadOnlyList<Law> laws, int caseCount, IReadOnlyList<FixtureCase> fixtures)
    {
        ArgumentNullException.ThrowIfNull(laws);
        ArgumentNullException.ThrowIfNull(fixtures);
        (Laws, Fixtures) = (laws, fixtures);
        _cases = [.. Enumerable.Range(0, caseCount).Select(i => new Lazy<LawCase>(() => CaseGenerator.FromSeed(Seed(i))))];
    }

    /// <summary>The laws.</summary>
    public IReadOnlyList<Law> Laws { get; }

    /// <summary>The fixture cases.</summary>
    public IReadOnlyList<FixtureCase> Fixtures { get; }

    /// <summary>The number of random cases.</summary>
    public int CaseCount => _cases.Length;

    /// <summary>Tries a mutant of a correct implementation.</summary>
    /// <param name="mutant">The mutant.</param>
    /// <param name="correct">What the fault is put into.</param>
    /// <param name="firstOnly">Stop at the first law and the first fixture case that see the fault.</param>
    public MutantVerdict Try(Mutant mutant, ITint correct, bool firstOnly)
    {
        ArgumentNullException.ThrowIfNull(mutant);
        ArgumentNullException.ThrowIfNull(correct);
        var tint = mutant.Apply(correct);
        var (laws, fixtures) = (KillsByLaw(tint, mutant.Name), KillsByFixture(tint));
        return new MutantVerdict(
            mutant, correct.Name, [.. firstOnly ? laws.Take(1) : laws], [.. firstOnly ? fixtures.Take(1) : fixtures]);
    }

    /// <summary>The laws that an implementation breaks, each with the first case on which it does. Those nearest to a mutant's part come first.</summary>
    public IEnumerable<Kill> KillsByLaw(ITint tint, string mutantName)
    {
        ArgumentNullException.ThrowIfNull(mutantName);
        var part = mutantName.Split('.')[0];
        foreach (var group in Laws.GroupBy(law => IsAbout(law, part)).OrderByDescending(group => group.Key))
        {
            var standing = group.ToList();
            for (var i = 0; i < _cases.Length && standing.Count > 0; i++)
            {
                foreach (var law in standing.ToArray())
                {
                    var verdict = law.Check(tint, _cases[i].Value);
                    if (!verdict.Holds)
                    {
                        standing.Remove(law);
                        yield return new Kill(law.Label, verdict.Worst ?? $"error/bound {verdict.Ratio}", Seed(i));
                    }
                }
            }
        }
    }

    /// <summary>The fixture cases that an implementation fails.</summary>
    public IEnumerable<Kill> KillsByFixture(ITint tint)
    {
        foreach (var fixtureCase in Fixtures)
        {
            var report = CaseRunner.Run(fixtureCase, [new MutantCaseEngine(tint, _construction)]);
            if (report.Verdict != CaseVerdict.Passed)
            {
                yield return new Kill(fixtureCase.Id, Finding(report));
            }
        }
    }

    private static ulong Seed(int index) => (ulong)index + 1;

    private static string Finding(CaseReport report) => report.FirstFailure is { } failure
        ? string.Join(' ', new[] { $"{failure.Tensor}: {failure.Problem}", failure.FirstPlace?.ToString() }.OfType<string>())
        : report.Problem ?? "it fails";

    private static bool IsAbout(Law law, string part) =>
        law.Subject.Contains(part, StringComparison.OrdinalIgnoreCase) || (law.Subject == WholeModel && part is "loss" or "block" or "model");
}
