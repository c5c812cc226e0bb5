namespace Tint.Verification.Reports.Page;

/// <summary>A logarithmic axis over whole decades.</summary>
/// <param name="First">The exponent of the first decade.</param>
/// <param name="Last">The exponent at the axis's end.</param>
/// <param name="Start">The place of the start, in units of the drawing.</param>
/// <param name="End">The place of the end; less than the start for an axis that runs upward.</param>
internal sealed record LogAxis(int First, int Last, double Start, double End)
{
    private const int MostTicks = 6;

    /// <summary>The axis that shows all positive, finite values.</summary>
    public static LogAxis Of(IEnumerable<double> values, double start, double end)
    {
        double[] shown = [.. values.Where(value => double.IsFinite(value) && value > 0).DefaultIfEmpty(1)];
        var (first, last) = ((int)Math.Floor(Math.Log10(shown.Min())), (int)Math.Ceiling(Math.Log10(shown.Max())));
        return new LogAxis(first, Math.Max(last, first + 1), start, end);
    }

    /// <summary>Exponents to label, at most six, evenly spaced.</summary>
    public IEnumerable<int> Ticks
    {
        get
        {
            var step = Math.Max(1, (int)Math.Ceiling((Last - First) / (double)(MostTicks - 1)));
            for (var exponent = Last; exponent >= First; exponent -= step)
            {
                yield return exponent;
            }
        }
    }

    /// <summary>The place of a value; values beyond an end lie on it.</summary>
    public double At(double value)
    {
        var exponent = value > 0 ? Math.Clamp(Math.Log10(value), First, Last) : First;
        return Start + ((End - Start) * (exponent - First) / (Last - First));
    }
}
