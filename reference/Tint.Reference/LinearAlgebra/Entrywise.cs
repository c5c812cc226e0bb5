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

    /// <summary>entries[i] ← value(i).</summary>
    public static void Set(double[] entries, Func<int, double> value) => Parallelism.ForRanges(entries.Length, 1, (from, to) =>
    {
        for (var i = from; i < to; i++)
        {
            entries[i] = value(i);
        }
    });

    /// <summary>Σ_d value(t, d) of every row t, from the first column to the last.</summary>
    public static double[] RowSums(int rows, int columns, Func<int, int, double> value)
    {
        var sums = new double[rows];
        Parallelism.ForRanges(rows, columns, (from, to) =>
        {
            for (var d = 0; d < columns; d++)
            {
                for (var t = from; t < to; t++)
                {
                    sums[t] += value(t, d);
                }
            }
        });
        return sums;
    }
}
