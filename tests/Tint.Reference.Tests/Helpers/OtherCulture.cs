using System.Globalization;

namespace Tint.Reference.Tests.Helpers;

/// <summary>A culture in which numbers look other than in the invariant one, made here because tests run without the system's cultures.</summary>
internal static class OtherCulture
{
    /// <summary>A decimal comma, groups by full stops, and U+2212 for minus.</summary>
    public static CultureInfo WithCommas
    {
        get
        {
            var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NumberGroupSeparator, culture.NumberFormat.NegativeSign) = (",", ".", "\u2212");
            return culture;
        }
    }
}
