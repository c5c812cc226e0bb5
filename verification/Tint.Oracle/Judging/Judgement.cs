using Tint.Fixtures;
using Tint.Oracle.Answers;
using Tint.Reference;
using Tint.Verification;

namespace Tint.Oracle.Judging;

/// <summary>How a folder of a candidate's answers was judged.</summary>
internal sealed record Judgement
{
    /// <summary>What the candidate is called.</summary>
    public required string Name { get; init; }

    /// <summary>The cases that it was put to and the set that they are from.</summary>
    public required CaseSelection Selection { get; init; }

    /// <summary>One judgement a case that was answered, in the set's order.</summary>
    public required IReadOnlyList<CaseJudgement> Cases { get; init; }

    /// <summary>Answers to what is no case of the set.</summary>
    public required IReadOnlyList<string> Strangers { get; init; }

    /// <summary>The cases that were judged and whose answers all agree.</summary>
    public int Passed => Cases.Count(item => item.Passed);

    /// <summary>The cases whose answers could be compared.</summary>
    public int Judged => Cases.Count(item => item.Problem is null && item.Compared > 0);

    /// <summary>How many listed tensors were compared.</summary>
    public int Covered => Cases.Sum(item => item.Covered);

    /// <summary>How many tensors in all were compared: listed ones, parts, intermediates.</summary>
    public int Compared => Cases.Sum(item => item.Compared);

    /// <summary>The modules of which a case was not answered: how many of how many.</summary>
    public IReadOnlyList<(string Module, int Missing, int Cases)> NotCovered
    {
        get
        {
            var answered = Cases.Select(item => item.Case.Id).ToHashSet(StringComparer.Ordinal);
            return [.. Selection.All.GroupBy(item => item.Module)
                .Select(group => (group.Key, group.Count(item => !answered.Contains(item.Id)), group.Count()))
                .Where(item => item.Item2 > 0)];
        }
    }

    /// <summary>Judges every case that a folder answers.</summary>
    /// <param name="name">What the candidate is called.</param>
    /// <param name="selection">The cases.</param>
    /// <param name="folder">The folder of answers.</param>
    /// <param name="explain">Whether to look for mistakes that explain what differs.</param>
    /// <param name="ended">Told each judgement, from several threads.</param>
    /// <param name="token">Once cancelled, no further case is begun.</param>
    /// <exception cref="RuleViolationException">There are no answers, or none to a case that was chosen.</exception>
    public static Judgement Of(
        string name, CaseSelection selection, string folder, bool explain, Action<CaseJudgement> ended, CancellationToken token)
    {
        var answers = AnswerFolder.Read(folder);
        var known = selection.All.Select(item => item.Id).ToHashSet(StringComparer.Ordinal);
        var byCase = answers.ToDictionary(set => set.Case, StringComparer.Ordinal);
        FixtureCase[] chosen = [.. selection.Chosen.Where(item => byCase.ContainsKey(item.Id))];
        if (chosen.Length == 0)
        {
            throw new RuleViolationException(
                "answers must be to cases of the set",
                $"answers to '{Printable.Name(answers[0].Case)}'{(answers.Count > 1 ? $" and {answers.Count - 1} others" : string.Empty)}",
                $"name each file or folder after a case, such as {selection.Chosen[0].Id}.safetensors, or name another set with --cases");
        }

        var judged = new CaseJudgement?[chosen.Length];
        Parallel.For(0, chosen.Length, (index, loop) =>
        {
            if (token.IsCancellationRequested)
            {
                loop.Stop();
                return;
            }

            judged[index] = AnswerJudge.Judge(chosen[index], byCase[chosen[index].Id], explain);
            ended(judged[index]!);
        });
        return new Judgement
        {
            Name = name,
            Selection = selection,
            Cases = [.. judged.OfType<CaseJudgement>()],
            Strangers = [.. answers.Where(set => !known.Contains(set.Case)).Select(set => set.Case)],
        };
    }
}
