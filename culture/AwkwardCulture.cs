using System.Globalization;
using System.Runtime.CompilerServices;

namespace Tint.Tests;

/// <summary>
/// All tests run in a culture whose numbers look as nobody expects them, with U+2212 for the minus sign as in Sweden and a decimal comma: text
/// that depends on the culture of whoever runs it fails wherever a test reads it.
/// </summary>
internal static class AwkwardCulture
{
    /// <summary>Before anything else of a test assembly runs.</summary>
    [ModuleInitializer]
    internal static void Use()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NegativeSign = "−";
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        culture.NumberFormat.PositiveInfinitySymbol = "oändligt";
        culture.NumberFormat.NegativeInfinitySymbol = "−oändligt";
        culture.NumberFormat.NaNSymbol = "ej tal";
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = culture;
    }
}
