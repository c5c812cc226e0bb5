namespace Tint.Properties.Mutants.Faults;

/// <summary>Masks and sequences moved by one position.</summary>
internal static class Masks
{
    /// <summary>All ones.</summary>
    public static IReadOnlyList<double> Ones(int length) => [.. Enumerable.Repeat(1.0, length)];

    /// <summary>Entry t is m_{t+1}; the last is 0.</summary>
    public static IReadOnlyList<double> Earlier(IReadOnlyList<double> mask) => [.. mask.Skip(1), 0];

    /// <summary>Entry t is the value at t − 1; the first stays.</summary>
    public static IReadOnlyList<T> Later<T>(IReadOnlyList<T> values) => [values[0], .. values.Take(values.Count - 1)];
}
