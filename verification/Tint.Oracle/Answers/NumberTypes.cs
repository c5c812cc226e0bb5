using Tint.Reference.Rounding;

namespace Tint.Oracle.Answers;

/// <summary>The types of floating-point numbers that candidates compute in, with the unit roundoff of each.</summary>
internal static class NumberTypes
{
    /// <summary>The type that reference numbers are kept in.</summary>
    public const string Double = "float64";

    /// <summary>Single precision.</summary>
    public const string Single = "float32";

    /// <summary>The unit roundoffs: half the distance from 1 to the next number.</summary>
    private static readonly Dictionary<string, double> Units = new(StringComparer.Ordinal)
    {
        [Double] = RoundingModel.DoubleRoundoff,
        [Single] = RoundingModel.SingleRoundoff,
        ["float16"] = 1.0 / (1 << 11),
        ["bfloat16"] = 1.0 / (1 << 8),
    };

    /// <summary>The types that answers may have.</summary>
    public static string Listed { get; } = $"{string.Join(", ", Units.Keys.SkipLast(1))} or {Units.Keys.Last()}";

    /// <summary>The unit roundoff of a type; null for one that is not of floating-point numbers.</summary>
    public static double? UnitOf(string type) => Units.TryGetValue(type, out var unit) ? unit : null;

    /// <summary>The coarsest of some types, in which a case with answers of several types is judged.</summary>
    public static string Coarsest(IEnumerable<string> types) =>
        types.Where(Units.ContainsKey).OrderByDescending(type => Units[type]).FirstOrDefault(Double);
}
