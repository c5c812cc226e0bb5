using Tint.Reference.Certificates;
using Tint.Reference.Configuration;

namespace Tint.Reference.Tests.Certificates;

/// <summary>
/// Branch and bound: encloses max f over an interval, given an extension of f to intervals that contains f's values (and that shrinks with
/// its argument). The upper end of the answer is a proven bound, whatever the tolerance.
/// </summary>
internal static class IntervalMaximum
{
    private const int MostCells = 1_000_000;

    /// <summary>
    /// Splits the cell with the largest upper bound until the maximum is known to <paramref name="tolerance"/>.
    /// </summary>
    /// <param name="extension">f on intervals.</param>
    /// <param name="domain">A finite interval.</param>
    /// <param name="tolerance">How wide the enclosure of the maximum may be.</param>
    /// <returns>An interval that contains max f.</returns>
    /// <exception cref="RuleViolationException">The tolerance is not met within a million cells: it is below what rounding allows.</exception>
    public static Interval Enclose(Func<Interval, Interval> extension, Interval domain, double tolerance)
    {
        ArgumentNullException.ThrowIfNull(extension);
        Require.Positive(tolerance, "tolerance");
        var cells = new PriorityQueue<Interval, double>();
        var attained = double.NegativeInfinity;
        Add(domain);
        for (var split = 0; split < MostCells; split++)
        {
            cells.TryDequeue(out var cell, out var negatedBound);
            if (-negatedBound - attained <= tolerance)
            {
                return new(attained, -negatedBound);
            }

            Add(new(cell.Lower, cell.Midpoint));
            Add(new(cell.Midpoint, cell.Upper));
        }

        throw new RuleViolationException(
            "the tolerance must be wider than the rounding of the interval extension", $"{tolerance}", "use a larger tolerance");

        void Add(Interval cell)
        {
            attained = Math.Max(attained, extension(cell.Midpoint).Lower);
            cells.Enqueue(cell, -extension(cell).Upper);
        }
    }
}
