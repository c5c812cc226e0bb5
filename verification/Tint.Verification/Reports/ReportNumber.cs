namespace Tint.Verification.Reports;

/// <summary>Numbers as JSON has them.</summary>
internal static class ReportNumber
{
    /// <summary>The number, or null where there is none: JSON knows neither NaN nor infinity.</summary>
    public static double? Defined(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
