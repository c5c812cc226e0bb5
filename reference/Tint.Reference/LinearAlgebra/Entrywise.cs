using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.LinearAlgebra;

/// <summary>Formulas of entries, in parallel where there are many: the loops, threads and uninitialised arrays that formulas do without.</summary>
internal static class Entrywise
{
    /// <summary>A new dense matrix with value(t, d) at [t, d].</summary>
    public static Matrix<double> Matrix(int rows, int columns, Func<int, int, double> value)
    {
        var result = ColumnMajor.Uninitialized(rows, columns);
        ColumnMajor.ForColumns(rows, columns, d =>
        {
            var column = ColumnMajor.Column(result, d);
            for (var t = 0; t < column.Length; t++)
            {
                column[t] = value(t, d);
            }
        });
        return result;
    }

    /// <summary>A new array with value(i) at i.</summary>
    public static double[] Array(int length, Func<int, double> value)
    {
        var entries = LargeObjects.Uninitialized(length);
        Set(entries, value);
        return entries;
    }

    /// <summary>entries[i] ← value(i).</summary>
    public static void Set(double[] entries, Func<int, double> value) => Parallelism.ForRanges(entries.Length, 1, (from, to) =>
    {
        for (var i = from; i < to; i++)
        {
            entries[i] = value(i);
        }
    });

    /// <summary>entries[i] ← value(i, entries[i]), in order.</summary>
    public static void Replace(Span<double> entries, Func<int, double, double> value)
    {
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = value(i, entries[i]);
        }
    }

    /// <summary>Σ_i value(x_i), from the first to the last.</summary>
    public static double Sum(ReadOnlySpan<double> x, Func<double, double> value)
    {
        var sum = 0.0;
        foreach (var entry in x)
        {
            sum += value(entry);
        }

        return sum;
    }

    /// <summary>A new array of what <paramref name="function"/> writes for a range of entries at a time.</summary>
    public static double[] Mapped(double[] source, int workPerEntry, Action<ReadOnlySpan<double>, Span<double>> function)
    {
        var target = LargeObjects.Uninitialized(source.Length);
        Parallelism.ForRanges(source.Length, workPerEntry, (from, to) => function(source.AsSpan(from..to), target.AsSpan(from..to)));
        return target;
    }

    /// <summary>Σ_d value(t, d) of every row t, from the first column to the last.</summary>
    public static double[] RowSums(int rows, int columns, Func<int, int, double> value) =>
        Rows(rows, columns, 0, (sum, t, d) => sum + value(t, d));

    /// <summary>max_d value(t, d) of every row t; −∞ of nothing.</summary>
    public static double[] RowMaxima(int rows, int columns, Func<int, int, double> value) =>
        Rows(rows, columns, double.NegativeInfinity, (largest, t, d) => Math.Max(largest, value(t, d)));

    /// <summary>Every row's entries, first to last, taken into one number.</summary>
    private static double[] Rows(int rows, int columns, double start, Func<double, int, int, double> next)
    {
        var results = new double[rows];
        System.Array.Fill(results, start);
        Parallelism.ForRanges(rows, columns, (from, to) =>
        {
            for (var d = 0; d < columns; d++)
            {
                for (var t = from; t < to; t++)
                {
                    results[t] = next(results[t], t, d);
                }
            }
        });
        return results;
    }
}
