using System.Globalization;

namespace Tint.Verification.Reports;

/// <summary>What share of a set of cases a run has looked at, in words.</summary>
internal static class ShareText
{
    /// <summary>"1 of 151 cases that ship, 1 of 1,655 tensors": cases that ran to a verdict, tensors whose values were compared.</summary>
    public static string Of(VerificationRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var words = run.Selection is { } selection ? $" {selection.Words}" : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture, $"{run.Judged:N0} of {run.CasesInSet:N0} cases{words}, {run.TensorsChecked:N0} of {run.TensorsInSet:N0} tensors");
    }
}
