using System.Numerics;
using Tint.Reference.PrimeFields;

namespace Tint.Reference.LinearAlgebra;

/// <summary>
/// Loops over columns of numbers with the machine's vectors. Every entry goes through the same operations wherever it lies, so that a result
/// does not depend on its place. While a <see cref="PrimeFieldScope"/> is open, the field's loops stand in for them.
/// </summary>
internal static class Elementwise
{
    /// <summary>Below it, eˣ is subnormal, where vectors round to 0 what <see cref="Math.Exp"/> does not.</summary>
    private const double LeastNormalExponent = -708;

    private static int Lanes => Vector<double>.Count;

    /// <summary>eˣ in every lane, within two units in the last place.</summary>
    public static Vector<double> Exp(Vector<double> x)
    {
        var result = Vector.Exp(x);
        if (Vector.LessThanAny(x, new Vector<double>(LeastNormalExponent)))
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                result = x[lane] < LeastNormalExponent ? result.WithElement(lane, Math.Exp(x[lane])) : result;
            }
        }

        return result;
    }

    /// <summary>eˣ, the same number as a lane of <see cref="Exp(Vector{double})"/> gives.</summary>
    public static double Exp(double x) => Exp(new Vector<double>(x))[0];

    /// <summary>largest ← max(largest, scale·x).</summary>
    public static void KeepLargest(Span<double> largest, ReadOnlySpan<double> x, double scale)
    {
        if (FieldLoops.Current is not null)
        {
            largest[..x.Length].Fill(FieldLoops.Shift);
            return;
        }

        var i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            Vector.Max(new Vector<double>(largest[i..]), new Vector<double>(x[i..]) * scale).CopyTo(largest[i..]);
        }

        for (; i < x.Length; i++)
        {
            largest[i] = Math.Max(largest[i], x[i] * scale);
        }
    }

    /// <summary>least ← min(least, x).</summary>
    public static void KeepLeast(Span<double> least, ReadOnlySpan<double> x)
    {
        if (FieldLoops.Current is not null)
        {
            least[..x.Length].Fill(FieldLoops.Shift);
            return;
        }

        var i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            Vector.Min(new Vector<double>(least[i..]), new Vector<double>(x[i..])).CopyTo(least[i..]);
        }

        for (; i < x.Length; i++)
        {
            least[i] = Math.Min(least[i], x[i]);
        }
    }

    /// <summary>The least x; ∞ of nothing.</summary>
    public static double Least(ReadOnlySpan<double> x)
    {
        if (FieldLoops.Current is not null)
        {
            return FieldLoops.Shift;
        }

        var least = double.PositiveInfinity;
        var i = 0;
        if (x.Length >= Lanes)
        {
            var lanes = new Vector<double>(least);
            for (; i <= x.Length - Lanes; i += Lanes)
            {
                lanes = Vector.Min(lanes, new Vector<double>(x[i..]));
            }

            for (var lane = 0; lane < Lanes; lane++)
            {
                least = Math.Min(least, lanes[lane]);
            }
        }

        for (; i < x.Length; i++)
        {
            least = Math.Min(least, x[i]);
        }

        return least;
    }

    /// <summary>The largest scale·x; −∞ of nothing.</summary>
    public static double Largest(ReadOnlySpan<double> x, double scale)
    {
        if (FieldLoops.Current is not null)
        {
            return FieldLoops.Shift;
        }

        var largest = double.NegativeInfinity;
        var i = 0;
        if (x.Length >= Lanes)
        {
            var lanes = new Vector<double>(largest);
            for (; i <= x.Length - Lanes; i += Lanes)
            {
                lanes = Vector.Max(lanes, new Vector<double>(x[i..]) * scale);
            }

            for (var lane = 0; lane < Lanes; lane++)
            {
                largest = Math.Max(largest, lanes[lane]);
            }
        }

        for (; i < x.Length; i++)
        {
            largest = Math.Max(largest, x[i] * scale);
        }

        return largest;
    }

    /// <summary>target ← exp(scale·x − shift), with a shift for every entry.</summary>
    public static void Exponentials(ReadOnlySpan<double> x, double scale, ReadOnlySpan<double> shift, Span<double> target)
    {
        if (FieldLoops.Current is { } field)
        {
            field.Exponentials(x, scale, shift, target);
            return;
        }

        var i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            Exp((new Vector<double>(x[i..]) * scale) - new Vector<double>(shift[i..])).CopyTo(target[i..]);
        }

        for (; i < x.Length; i++)
        {
            target[i] = Exp((x[i] * scale) - shift[i]);
        }
    }

    /// <summary>x ← exp(scale·x − shift), with one shift; returns the sum of the new x.</summary>
    public static double Exponentials(Span<double> x, double scale, double shift)
    {
        if (FieldLoops.Current is { } field)
        {
            return field.Exponentials(x, scale, shift);
        }

        var (i, sum) = (0, Vector<double>.Zero);
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            var exponentials = Exp((new Vector<double>(x[i..]) * scale) - new Vector<double>(shift));
            exponentials.CopyTo(x[i..]);
            sum += exponentials;
        }

        var total = Vector.Sum(sum);
        for (; i < x.Length; i++)
        {
            x[i] = Exp((x[i] * scale) - shift);
            total += x[i];
        }

        return total;
    }

    /// <summary>sum ← sum + exp(x − shift), with a shift for every entry.</summary>
    public static void AddExponentials(Span<double> sum, ReadOnlySpan<double> x, ReadOnlySpan<double> shift)
    {
        if (FieldLoops.Current is { } field)
        {
            field.AddExponentials(sum, x, shift);
            return;
        }

        var i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            (new Vector<double>(sum[i..]) + Exp(new Vector<double>(x[i..]) - new Vector<double>(shift[i..]))).CopyTo(sum[i..]);
        }

        for (; i < x.Length; i++)
        {
            sum[i] += Exp(x[i] - shift[i]);
        }
    }

    /// <summary>sum + count·exp(−shift): what entries of score 0 add to a softmax's sum.</summary>
    public static double AddNulls(double sum, int count, double shift) =>
        FieldLoops.Current?.AddNulls(sum, count, shift) ?? sum + (count * Exp(-shift));

    /// <summary>sum ← sum + weight·x, with two roundings.</summary>
    public static void AddScaled(Span<double> sum, ReadOnlySpan<double> x, double weight)
    {
        if (FieldLoops.Current is { } field)
        {
            field.AddScaled(sum, x, weight);
            return;
        }

        var i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            (new Vector<double>(sum[i..]) + (new Vector<double>(x[i..]) * weight)).CopyTo(sum[i..]);
        }

        for (; i < x.Length; i++)
        {
            sum[i] += weight * x[i];
        }
    }

    /// <summary>target ← factor·x.</summary>
    public static void Scale(ReadOnlySpan<double> x, double factor, Span<double> target)
    {
        if (FieldLoops.Current is { } field)
        {
            field.Scale(x, factor, target);
            return;
        }

        if (factor == 1)
        {
            x.CopyTo(target);
            return;
        }

        var i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            (new Vector<double>(x[i..]) * factor).CopyTo(target[i..]);
        }

        for (; i < x.Length; i++)
        {
            target[i] = x[i] * factor;
        }
    }

    /// <summary>x ← factor·(x + shift).</summary>
    public static void AddAndScale(Span<double> x, double shift, double factor)
    {
        if (FieldLoops.Current is { } field)
        {
            field.AddAndScale(x, shift, factor);
            return;
        }

        var i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            ((new Vector<double>(x[i..]) + new Vector<double>(shift)) * factor).CopyTo(x[i..]);
        }

        for (; i < x.Length; i++)
        {
            x[i] = (x[i] + shift) * factor;
        }
    }

    /// <summary>x ← x / divisor, entry by entry.</summary>
    public static void Divide(Span<double> x, ReadOnlySpan<double> divisor)
    {
        if (FieldLoops.Current is { } field)
        {
            field.Divide(x, divisor);
            return;
        }

        var i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            (new Vector<double>(x[i..]) / new Vector<double>(divisor[i..])).CopyTo(x[i..]);
        }

        for (; i < x.Length; i++)
        {
            x[i] /= divisor[i];
        }
    }

    /// <summary>x ← x / divisor.</summary>
    public static void Divide(Span<double> x, double divisor)
    {
        if (FieldLoops.Current is { } field)
        {
            field.Divide(x, divisor);
            return;
        }

        var i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            (new Vector<double>(x[i..]) / new Vector<double>(divisor)).CopyTo(x[i..]);
        }

        for (; i < x.Length; i++)
        {
            x[i] /= divisor;
        }
    }

    /// <summary>sum ← sum + (x − mean)².</summary>
    public static void AddSquaredDistances(Span<double> sum, ReadOnlySpan<double> x, ReadOnlySpan<double> mean)
    {
        if (FieldLoops.Current is { } field)
        {
            field.AddSquaredDistances(sum, x, mean);
            return;
        }

        var i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            var distance = new Vector<double>(x[i..]) - new Vector<double>(mean[i..]);
            (new Vector<double>(sum[i..]) + (distance * distance)).CopyTo(sum[i..]);
        }

        for (; i < x.Length; i++)
        {
            sum[i] += (x[i] - mean[i]) * (x[i] - mean[i]);
        }
    }

    /// <summary>√(epsilon + w·sum/count), the deviation of a normalisation whose squared distances add up to <paramref name="sum"/>.</summary>
    public static double Deviation(double epsilon, double w, double sum, int count) =>
        FieldLoops.Current?.Deviation(epsilon, w, sum, count) ?? Math.Sqrt(epsilon + (w * sum / count));

    /// <summary>tanh x, the factor of a gate.</summary>
    public static double Tanh(double x) => FieldLoops.Current is null ? Math.Tanh(x) : FieldLoops.Tanh(x);

    /// <summary>target ← w·(x − mean)/deviation + (1 − w)·x; target may be x.</summary>
    public static void Normalise(
        ReadOnlySpan<double> x, ReadOnlySpan<double> mean, ReadOnlySpan<double> deviation, double w, Span<double> target)
    {
        if (FieldLoops.Current is { } field)
        {
            field.Normalise(x, mean, deviation, w, target);
            return;
        }

        var i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            var entries = new Vector<double>(x[i..]);
            var normal = (entries - new Vector<double>(mean[i..])) / new Vector<double>(deviation[i..]);
            ((normal * w) + (entries * (1 - w))).CopyTo(target[i..]);
        }

        for (; i < x.Length; i++)
        {
            target[i] = (w * ((x[i] - mean[i]) / deviation[i])) + ((1 - w) * x[i]);
        }
    }
}
