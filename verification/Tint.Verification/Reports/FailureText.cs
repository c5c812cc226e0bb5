using System.Globalization;

namespace Tint.Verification.Reports;

/// <summary>Says in a few lines what went wrong in a case, where, and how to see it again.</summary>
public static class FailureText
{
    private const string Command = "dotnet run -c Release --project verification/Tint.Cli -- verify";

    /// <summary>
    /// The lines for a case that failed or could not be run: the verdict, the first tensor that differs, the place in the paper's coordinates,
    /// expected, got, error and bound there, and a command that runs the case alone.
    /// </summary>
    /// <param name="report">The case's report.</param>
    /// <param name="fixtures">The directory to name in the command, or null for the shipped cases.</param>
    public static IReadOnlyList<string> Lines(CaseReport report, string? fixtures)
    {
        ArgumentNullException.ThrowIfNull(report);
        var lines = new List<string> { $"{(report.Verdict == CaseVerdict.Error ? "ERROR" : "FAILED")} {report.Case.Id}" };
        if (report.Problem is { } problem)
        {
            lines.Add($"  {problem}");
        }

        if (report.FirstFailure is { } failure)
        {
            var others = report.Judgements.Concat(report.Comparison?.Simulation ?? []).Count(judgement => !judgement.Passed) - 1;
            lines.Add($"  {failure.Tensor} ({failure.Engine}): {failure.Problem}" + (others > 0 ? $"; {others} later tensors differ too" : string.Empty));
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

        lines.Add($"  reproduce: {Reproduction(report.Case.Id, fixtures)}");
        return lines;
    }

    /// <summary>The command that runs one case alone, for a POSIX shell.</summary>
    public static string Reproduction(string id, string? fixtures) =>
        Command + (fixtures is null ? string.Empty : $" --fixtures {Quoted(fixtures)}") + $" --filter {Quoted(id)}";

    private static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(character => char.IsAsciiLetterOrDigit(character) || "-_./".Contains(character, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
