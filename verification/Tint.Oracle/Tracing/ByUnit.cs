namespace Tint.Oracle.Tracing;

/// <summary>A function of the unit roundoff that remembers its last value: several steps are bounded by one computation.</summary>
/// <typeparam name="T">What it gives.</typeparam>
/// <param name="of">The function.</param>
internal sealed class ByUnit<T>(Func<double, T> of)
{
    private readonly Lock _lock = new();
    private (double Unit, T Value)? _last;

    /// <summary>The value at a unit roundoff.</summary>
    public T At(double unit)
    {
        lock (_lock)
        {
            if (_last is not { } last || last.Unit != unit)
            {
                _last = last = (unit, of(unit));
            }

            return last.Value;
        }
    }
}
