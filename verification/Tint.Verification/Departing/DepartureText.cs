using Tint.Verification.Reports.Page;

namespace Tint.Verification.Departing;

/// <summary>Sizes of departures in words.</summary>
internal static class DepartureText
{
    /// <summary>A size in per cent; – where there is none.</summary>
    public static string Percent(double? size) => PageText.Percent(size);

    /// <summary>
    /// "13 % (`TinT.gpt2.wide`) to 25 % (`TinT.opt.wide`), median 19 %, on 30 models"; "0 on 30 models" where nothing changes; null without a size.
    /// </summary>
    public static string? Range(DepartureSize size)
    {
        ArgumentNullException.ThrowIfNull(size);
        return size.Largest is null ? null
            : size.Largest == 0 ? $"0 on {size.Models} models"
            : $"{PageText.Percent(size.Least)} (`{size.LeastCase}`) to {PageText.Percent(size.Largest)} (`{size.LargestCase}`), "
                + $"median {PageText.Percent(size.Median)}, on {size.Models} models";
    }
}
