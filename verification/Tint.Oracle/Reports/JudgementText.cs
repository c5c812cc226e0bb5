using System.Globalization;
using Tint.Fixtures;
using Tint.Oracle.Answers;
using Tint.Oracle.Explaining;
using Tint.Oracle.Judging;
using Tint.Verification.Judging;
using Tint.Verification.Reports;

namespace Tint.Oracle.Reports;

/// <summary>A judgement in lines of text: coverage first, then for each case that differs where it first does, by how much, and what it looks like.</summary>
internal static class JudgementText
{
    private const int MostTensors = 12;

    /// <summary>How much of the set was looked at.</summary>
    public static string Coverage(Judgement judgement)
    {
        var missing = judgement.NotCovered;
        var rest = missing.Count == 0
            ? string.Empty
            : $"; not covered: {string.Join(", ", missing.Select(item => item.Missing == item.Cases ? $"{item.Module} ({item.Missing})" : $"{item.Module} ({item.Missing} of {item.Cases})"))}";
        var more = judgement.Compared - judgement.Covered;
        return $"{Words.Count(judgement.Judged)} of {Words.Count(judgement.Selection.All.Count)} cases, {Words.Count(judgement.Covered)} of "
            + $"{Words.Count(judgement.Selection.Tensors)} tensors{(more > 0 ? $" and {Words.Count(more)} parts and intermediates" : string.Empty)}{rest}";
    }

    /// <summary>The last line: what agrees.</summary>
    public static string Summary(Judgement judgement) =>
        $"{Printable.Text(judgement.Name)}: {judgement.Passed} of {judgement.Judged} judged cases agree"
        + (judgement.Cases.Count > judgement.Judged ? $", {judgement.Cases.Count - judgement.Judged} could not be judged" : string.Empty)
        + (judgement.Strangers.Count > 0 ? $"; no case of the set: {string.Join(", ", judgement.Strangers.Take(3).Select(Printable.Name))}{(judgement.Strangers.Count > 3 ? " …" : string.Empty)}" : string.Empty);

    /// <summary>The lines about a case that does not agree.</summary>
    public static IReadOnlyList<string> Lines(CaseJudgement item, Judgement judgement)
    {
        var lines = new List<string> { $"DIFFERS {Printable.Name(item.Case.Id)}" };
        if (item.Problem is { } problem)
        {
            lines.Add($"  cannot be judged: {Printable.Text(problem, int.MaxValue)}");
            return lines;
        }

        if (item.First is { } first)
        {
            lines.AddRange(First(first));
            var explanations = first.Explanations.Count > 0 ? first.Explanations : item.Explanations;
            lines.AddRange(explanations.Select(Line));
            lines.AddRange(item.Explanations.Where(one => explanations.All(other => other.Name != one.Name)).Select(one => $"{Line(one)}, over all results of the case"));
            if (item.WasExplained && explanations.Count == 0 && item.Explanations.Count == 0 && first.Fault == AnswerFault.None && first.Kind != TensorKind.Input)
            {
                lines.Add("  looks like: no mutant and no test of the residual explains the numbers");
            }
        }

        TensorVerdict[] others = [.. item.Failing.Where(tensor => !ReferenceEquals(tensor, item.First))];
        lines.AddRange(others.Take(MostTensors).Select(tensor =>
            $"  also {Printable.Name(tensor.Tensor)}: {Words.Of(tensor)}{(tensor.Problem is { } words ? $": {Printable.Text(words, int.MaxValue)}" : string.Empty)}"));
        if (others.Length > MostTensors)
        {
            lines.Add($"  and {others.Length - MostTensors} tensors more");
        }

        if (item.Case.Notes.Length > 0)
        {
            lines.Add($"  note: {Printable.Text(item.Case.Notes)}");
        }

        lines.AddRange(judgement.Selection.Notes.Of(item.Case.Id).Select(flag => $"  catches ({flag.Name}): {Printable.Text(flag.Bug)}"));
        return lines;
    }

    private static IEnumerable<string> First(TensorVerdict first)
    {
        var where = first.OnOwnInputs is { Passed: false } ? "first wrong step" : "first difference";
        yield return $"  {where}: {Printable.Name(first.Tensor)}: {Words.Of(first)}"
            + (first.OnOwnInputs is { Passed: false } ? " (judged on your own inputs of that step)" : string.Empty)
            + (first.Problem is { } problem && first.OnOwnInputs is not { Passed: false } ? $": {Printable.Text(problem, int.MaxValue)}" : string.Empty);
        var judged = first.OnOwnInputs is { Passed: false } own ? own : first.Judgement;
        if (judged?.First is { } difference)
        {
            yield return $"  at {judged.FirstPlace}";
            yield return Numbers(difference);
        }
    }

    private static string Numbers(Difference difference) => string.Create(
        CultureInfo.InvariantCulture,
        $"  yours {difference.Got:R}, reference {difference.Expected:R}, error {difference.Error:0.00e+00}, bound {difference.Bound:0.00e+00}, error/bound {difference.Ratio:0.00e+00}");

    private static string Line(Explanation explanation) =>
        $"  looks like: {explanation.Name}: {explanation.Sentence} ({Words.Remaining(explanation.Remaining)}{(explanation.IsWithinRounding ? string.Empty : ", not all of it")})"
        + (explanation.Models is { } models ? $" – {models}" : string.Empty);

    /// <summary>The command that judges a case alone.</summary>
    public static string Reproduction(string id, string? cases, string answers) => ToolCommand.Line(
        ["judge", .. cases is null ? Enumerable.Empty<string>() : ["--cases", cases], "--answers", answers, "--filter", ToolCommand.Pattern(id)]);
}
