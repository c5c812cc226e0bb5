using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Tint.Reference.Keeping;

/// <summary>Arrays of float64 to float32 and back.</summary>
internal static class SinglePrecision
{
    /// <summary>Rounds each number to the nearest float32. NaN and infinity stay what they are.</summary>
    /// <exception cref="RuleViolationException">A finite number is beyond float32's range.</exception>
    public static void Round(ReadOnlySpan<double> source, Span<float> target)
    {
        var pairs = MemoryMarshal.Cast<double, Vector<double>>(source);
        var rounded = MemoryMarshal.Cast<float, Vector<float>>(target);
        var overflow = false;
        for (var i = 0; i < rounded.Length; i++)
        {
            rounded[i] = Vector.Narrow(pairs[2 * i], pairs[(2 * i) + 1]);
            overflow |= Vector.EqualsAny(Vector.Abs(rounded[i]), new Vector<float>(float.PositiveInfinity));
        }

        for (var i = rounded.Length * Vector<float>.Count; i < target.Length; i++)
        {
            target[i] = (float)source[i];
            overflow |= float.IsInfinity(target[i]);
        }

        if (overflow)
        {
            RequireRange(source, target);
        }
    }

    /// <summary>The same numbers as float64.</summary>
    public static void Widen(ReadOnlySpan<float> source, Span<double> target)
    {
        var singles = MemoryMarshal.Cast<float, Vector<float>>(source);
        var pairs = MemoryMarshal.Cast<double, Vector<double>>(target);
        for (var i = 0; i < singles.Length; i++)
        {
            Vector.Widen(singles[i], out pairs[2 * i], out pairs[(2 * i) + 1]);
        }

        for (var i = singles.Length * Vector<float>.Count; i < source.Length; i++)
        {
            target[i] = source[i];
        }
    }

    private static void RequireRange(ReadOnlySpan<double> source, ReadOnlySpan<float> target)
    {
        for (var i = 0; i < source.Length; i++)
        {
            if (float.IsInfinity(target[i]) && double.IsFinite(source[i]))
            {
                throw new RuleViolationException(
                    "what is kept in float32 must be within its range",
                    source[i].ToString(CultureInfo.InvariantCulture),
                    "keep it in float64, or lower InnerLearningRate");
            }
        }
    }
}
