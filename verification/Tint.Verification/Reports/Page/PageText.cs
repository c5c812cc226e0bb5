using System.Globalization;

namespace Tint.Verification.Reports.Page;

/// <summary>Numbers and names as the page writes them.</summary>
internal static class PageText
{
    private const string None = "–";

    /// <summary>A size: 0.83, 2.1×10⁻⁵, 0 or –.</summary>
    public static string Size(double? value)
    {
        if (value is not { } number)
        {
            return None;
        }

        if (number == 0 || !double.IsFinite(number))
        {
            return number == 0 ? "0" : "∞";
        }

        var exponent = (int)Math.Floor(Math.Log10(Math.Abs(number)));
        return exponent is >= -2 and < 3
            ? number.ToString(exponent switch { 0 => "0.00", > 0 => "0.0", -1 => "0.00", _ => "0.000" }, CultureInfo.InvariantCulture)
            : $"{(number / Math.Pow(10, exponent)).ToString("0.0", CultureInfo.InvariantCulture)}×{LineChart.Power(exponent)}";
    }

    /// <summary>A ratio to a bound. It is cut, not rounded, so that what is below 1 is shown below 1.</summary>
    public static string Ratio(double? value) => value is { } number and >= 0.01 and < 10
        ? (Math.Floor(number * 1000) / 1000).ToString("0.000", CultureInfo.InvariantCulture)
        : Size(value);

    /// <summary>A share in per cent.</summary>
    public static string Percent(double? value) => value is { } number
        ? number >= 0.001
            ? (number * 100).ToString(number >= 0.1 ? "0" : "0.0", CultureInfo.InvariantCulture) + " %"
            : $"{Size(number * 100)} %"
        : None;

    /// <summary>A cosine.</summary>
    public static string Cosine(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? None;

    /// <summary>A module's name with places where a line may break.</summary>
    public static Markup Breakable(string name)
    {
        var markup = new Markup();
        for (var start = 0; start < name.Length;)
        {
            var end = start + 1;
            while (end < name.Length && !(char.IsUpper(name[end]) && char.IsLower(name[end - 1])))
            {
                end++;
            }

            markup.Raw(start == 0 ? string.Empty : "<wbr>").Text(name[start..end]);
            start = end;
        }

        return markup;
    }
}
