using System.Globalization;
using Tint.Fixtures;

namespace Tint.Verification.Reports;

/// <summary>Says in a few lines what went wrong in a case, where, and how to see it again.</summary>
internal static class FailureText
{
    /// <summary>
    /// The lines for a case that failed or could not be run: the verdict, the first tensor that differs, the place in the paper's coordinates,
    /// expected, got, error and bound there, what the case's notes say that it catches, and a command that runs the case alone. Names are as
    /// <see cref="Printable"/> has them, each line is one line.
    /// </summary>
    /// <param name="report">The case's report.</param>
    /// <param name="run">The run, for the notes and for the words that the command repeats.</param>
    public static IReadOnlyList<string> Lines(CaseReport report, VerificationRun run)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(run);
        var lines = new List<string> { $"{(report.Verdict == CaseVerdict.Error ? "ERROR" : "FAILED")} {Printable.Name(report.Case.Id)}" };
        if (report.Problem is { } problem)
        {
            lines.Add($"  {Printable.Text(problem, int.MaxValue)}");
        }

        if (report.FirstFailure is { } failure)
        {
            var others = report.Judgements.Concat(report.Comparison?.Simulation ?? []).Count(judgement => !judgement.Passed) - 1;
            lines.Add($"  {Printable.Name(failure.Tensor)} ({Printable.Name(failure.Engine)}): {failure.Problem}" + (others > 0 ? $"; {others} later tensors differ too" : string.Empty));
            if (failure.First is { } first)
            {
                lines.Add($"  first at {failure.FirstPlace}");
                lines.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  expected {first.Expected:R}, got {first.Got:R}, error {first.Error:0.00e+00}, bound {first.Bound:0.00e+00}, ")
                    + string.Create(CultureInfo.InvariantCulture, $"error/bound {first.Ratio:0.00e+00}"));
            }
        }

        if (report.FirstUncertified is { } check)
        {
            lines.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"  simulation against truth, {check.Quantity}: error {check.Error:0.00e+00}, certificate {check.Certificate:0.00e+00} ({check.Covers}), ")
                + string.Create(CultureInfo.InvariantCulture, $"rounding {check.Rounding:0.00e+00}, ratio {check.Ratio:0.00e+00}"));
        }

        if (report.Case.Notes.Length > 0)
        {
            lines.Add($"  note: {Printable.Text(report.Case.Notes, Printable.LongestLine)}");
        }

        lines.AddRange((run.Selection?.Notes.Of(report.Case.Id) ?? []).Select(flag => $"  catches ({flag.Name}): {Printable.Text(flag.Bug, Printable.LongestLine)}"));
        lines.Add($"  reproduce: {Reproduction(report.Case.Id, run)}");
        return lines;
    }

    /// <summary>The command that runs one case alone, for a POSIX shell.</summary>
    public static string Reproduction(string id, VerificationRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        IEnumerable<string> fixtures = run.Selection?.Directory is { } directory ? ["--fixtures", directory] : [];
        return ToolCommand.Line(["verify", .. fixtures, "--filter", ToolCommand.Pattern(id), .. run.Arguments]);
    }
}
