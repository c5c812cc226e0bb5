using Tint.Fixtures;
using Tint.Properties.Laws;

namespace Tint.Properties.Mutants.Table;

/// <summary>Which check sees which mutant.</summary>
public sealed record KillTable
{
    /// <summary>A row for every mutant of every correct implementation.</summary>
    public required IReadOnlyList<MutantVerdict> Verdicts { get; init; }

    /// <summary>What the checks find in correct implementations; none, or kills would say nothing.</summary>
    public required IReadOnlyList<string> FalseKills { get; init; }

    /// <summary>The laws that were tried.</summary>
    public required IReadOnlyList<Law> Laws { get; init; }

    /// <summary>Those of them whose condition none of the cases met, so that they said nothing.</summary>
    public IReadOnlyList<Law> NotTried { get; init; } = [];

    /// <summary>The number of random cases on which each law was tried.</summary>
    public required int CaseCount { get; init; }

    /// <summary>The fixture cases that were run.</summary>
    public required IReadOnlyList<FixtureCase> Fixtures { get; init; }

    /// <summary>Whether every mutant is accounted for, and correct implementations pass.</summary>
    public bool IsComplete => Complaints.Count == 0;

    /// <summary>What is wrong, a line each.</summary>
    public IReadOnlyList<string> Complaints =>
        [.. FalseKills, .. Verdicts.Select(verdict => verdict.Complaint).OfType<string>(), .. IdleLaws.Select(law => $"{law} sees no mutant")];

    /// <summary>
    /// The laws that see no mutant, and of which there is thus no proof that they can fail, but for <see cref="MutantCatalogue.LawsBeyondMutants"/>.
    /// Empty for a table of some mutants only.
    /// </summary>
    public IReadOnlyList<Law> IdleLaws => Verdicts.Select(verdict => verdict.Mutant).Distinct().Count() < MutantCatalogue.All.Count
        ? []
        : [.. Laws.Where(law => !MutantCatalogue.LawsBeyondMutants.ContainsKey(law.Label) && !Verdicts.Any(verdict => verdict.Laws.Any(kill => kill.Check == law.Label)))];

    /// <summary>
    /// Tries mutants, several at a time: of the first correct implementation on every law, and of the others on the laws that saw them there.
    /// </summary>
    /// <param name="trial">The checks.</param>
    /// <param name="mutants">The mutants.</param>
    /// <param name="progress">Told each verdict as soon as it is there, from several threads.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static KillTable Of(
        MutantTrial trial, IReadOnlyList<Mutant> mutants, IProgress<MutantVerdict>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(mutants);
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        var verdicts = new MutantVerdict[mutants.Count][];
        Parallel.For(0, verdicts.Length, options, i =>
        {
            var first = trial.Try(mutants[i], MutantCatalogue.Bases[0], firstOnly: false);
            verdicts[i] = [first, .. MutantCatalogue.Bases.Skip(1).Select(correct => trial.TryAgain(first, correct))];
            foreach (var verdict in verdicts[i])
            {
                progress?.Report(verdict);
            }
        });
        var falseKills = FalseKillsOf(trial, cancellationToken);
        return Known(trial, mutants, Proven(trial, verdicts.SelectMany(rows => rows), cancellationToken)) with { FalseKills = falseKills };
    }

    /// <summary>Puts mutants to proofs, one after the other.</summary>
    private static IEnumerable<MutantVerdict> Proven(MutantTrial trial, IEnumerable<MutantVerdict> verdicts, CancellationToken cancellationToken)
    {
        foreach (var verdict in verdicts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return trial.Proof is null ? verdict : verdict with
            {
                Proof = trial.Proof(verdict.Mutant.Apply(MutantCatalogue.Bases.Single(correct => correct.Name == verdict.Base))),
                IsProofTried = true,
            };
        }
    }

    /// <summary>The table of the trials that have ended; whether checks find fault with correct implementations is not known.</summary>
    /// <param name="trial">The checks.</param>
    /// <param name="mutants">All mutants, in whose order the rows are.</param>
    /// <param name="ended">The verdicts that are there.</param>
    public static KillTable Known(MutantTrial trial, IReadOnlyList<Mutant> mutants, IEnumerable<MutantVerdict> ended)
    {
        ArgumentNullException.ThrowIfNull(trial);
        var rows = ended.ToLookup(verdict => verdict.Mutant);
        return new KillTable
        {
            Verdicts = [.. mutants.SelectMany(mutant => rows[mutant])],
            FalseKills = [],
            Laws = trial.Laws,
            NotTried = trial.NotTried,
            CaseCount = trial.CaseCount,
            Fixtures = trial.Fixtures,
        };
    }

    /// <summary>What the checks find in the correct implementations, and in what mutants are made of.</summary>
    public static IReadOnlyList<string> FalseKillsOf(MutantTrial trial, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(trial);
        return
        [
            .. MutantCatalogue.Bases
                .SelectMany(correct => new[] { correct, MutantCatalogue.Unmutated(correct) })
                .SelectMany(tint => trial.KillsByLaw(tint)
                    .Concat(trial.KillsByFixture(tint))
                    .Concat(new[] { trial.Proof?.Invoke(tint) }.OfType<Kill>())
                    .TakeWhile(_ => !cancellationToken.IsCancellationRequested)
                    .Select(kill => $"{kill.Check} finds a fault in the correct {tint.Name}{(kill.Case is { } index ? $", case {index} of seed 1" : string.Empty)}: {kill.Finding}")),
        ];
    }
}
