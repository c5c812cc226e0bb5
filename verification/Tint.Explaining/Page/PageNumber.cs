using System.Globalization;

namespace Tint.Explaining.Page;

/// <summary>Numbers as the page writes them.</summary>
public static class PageNumber
{
    private const double Negligible = 5e-13;

    /// <summary>Four digits; 0 where rounding alone keeps a number from being that.</summary>
    public static string Of(double value) =>
        (Math.Abs(value) < Negligible ? 0 : value).ToString("G4", CultureInfo.InvariantCulture).Replace('-', '−');

    /// <summary>A size, as 0.034 or 2.1e−5.</summary>
    public static string Size(double value) => (value == 0 || value is >= 0.001 and < 1000) ? Of(value) : value.ToString("0.0e-0", CultureInfo.InvariantCulture).Replace('-', '−');

    /// <summary>error/bound; it is cut, not rounded, so that what is below 1 is shown below 1.</summary>
    public static string Ratio(double? ratio) =>
        ratio is { } number ? (Math.Floor(number * 1000) / 1000).ToString("0.000", CultureInfo.InvariantCulture) : "no number";

    /// <summary>Numbers in brackets.</summary>
    public static string Tuple(IEnumerable<double> values) => $"({string.Join(", ", values.Select(Of))})";
}
