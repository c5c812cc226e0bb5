using System.Globalization;

namespace Tint.Experiments.Differences;

/// <summary>The words of a comparison.</summary>
public static class DifferenceText
{
    /// <summary>A setting, with what differs between the settings of a document.</summary>
    public static string Name(DifferenceSetting setting, IReadOnlyList<DifferencePoint> among)
    {
        ArgumentNullException.ThrowIfNull(setting);
        ArgumentNullException.ThrowIfNull(among);
        (string Word, Func<DifferenceSetting, object> Value)[] parts =
        [
            ("N", static one => one.Scale), ("G", static one => one.Gate), ("η", static one => one.Rate), ("f", static one => one.Fraction),
            ("layers", static one => one.Layers), ("steps", static one => one.Steps),
        ];
        string[] words =
        [
            setting.Method.ToString().ToLowerInvariant(),
            .. parts.Where(part => part.Word == "N" || among.Select(point => part.Value(point.Setting)).Distinct().Count() > 1)
                .Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Word} {part.Value(setting)}")),
        ];
        return string.Join(", ", words);
    }

    /// <summary>A layer.</summary>
    public static string Layer(int? layer) => layer is { } index ? $"layer {index}" : "final norm";

    /// <summary>A relative error.</summary>
    public static string Relative(double? value) => value is not { } error ? "–" : error.ToString(error == 0 ? "0" : error < 0.001 ? "0e+00" : error < 10 ? "0.000" : "0.0e+00", CultureInfo.InvariantCulture);

    /// <summary>A cosine.</summary>
    public static string Cosine(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "–";
}
