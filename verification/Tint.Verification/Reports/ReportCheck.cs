using Tint.Verification.Truth;

namespace Tint.Verification.Reports;

/// <summary>One simulated quantity of a case against the truth.</summary>
/// <param name="Quantity">What is compared.</param>
/// <param name="Covers">What the certificate covers.</param>
/// <param name="Error">‖simulated − true‖ of the row with the largest ratio.</param>
/// <param name="Certificate">The bound on the intended approximation.</param>
/// <param name="Rounding">What rounding may add.</param>
/// <param name="Ratio">error/(certificate + rounding).</param>
/// <param name="Relative">‖simulated − true‖/‖true‖ of all rows; null where the truth is zero.</param>
internal sealed record ReportCheck(
    string Quantity, string Covers, double? Error, double? Certificate, double? Rounding, double? Ratio, double? Relative)
{
    /// <summary>The row of a check.</summary>
    public static ReportCheck Of(CertificateCheck check)
    {
        ArgumentNullException.ThrowIfNull(check);
        return new ReportCheck(
            check.Quantity,
            check.Covers,
            ReportNumber.Defined(check.Error),
            ReportNumber.Defined(check.Certificate),
            ReportNumber.Defined(check.Rounding),
            ReportNumber.Defined(check.Ratio),
            ReportNumber.Defined(check.Relative));
    }
}
