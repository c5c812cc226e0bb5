using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.LinearAlgebra;

/// <summary>Softmax over rows of column-major matrices, a column at a time.</summary>
internal static class RowSoftmax
{
    /// <summary>A rough count of scalar operations in one exponential.</summary>
    private const int WorkPerEntry = 16;

    /// <summary>Replaces entries by exp(entry − largest of its row) and returns the rows' sums.</summary>
    public static double[] Exponentiate(Matrix<double> scores)
    {
        var entries = ColumnMajor.Writable(scores);
        var rows = scores.RowCount;
        var largest = Largest(scores);
        var sums = new double[rows];
        ForRows(scores, (from, to) =>
        {
            for (var start = 0; start < entries.Length; start += rows)
            {
                var column = entries.AsSpan(start, rows)[from..to];
                Elementwise.Exponentials(column, 1, largest.AsSpan(from), column);
                Elementwise.AddScaled(sums.AsSpan(from, column.Length), column, 1);
            }
        });
        return sums;
    }

    /// <summary>log Σ_v exp(entry_{t,v}) of every row t; the matrix stays as it is.</summary>
    public static double[] LogSumExp(Matrix<double> scores)
    {
        var entries = ColumnMajor.Entries(scores);
        var rows = scores.RowCount;
        var largest = Largest(scores);
        var sums = new double[rows];
        ForRows(scores, (from, to) =>
        {
            for (var start = 0; start < entries.Length; start += rows)
            {
                Elementwise.AddExponentials(sums.AsSpan(from..to), entries.AsSpan(start, rows)[from..to], largest.AsSpan(from));
            }

            for (var t = from; t < to; t++)
            {
                sums[t] = largest[t] + Math.Log(sums[t]);
            }
        });

        return sums;
    }

    /// <summary>The largest of every row: each thread reads columns as they lie, and the largest of its largest is the same in any order.</summary>
    private static double[] Largest(Matrix<double> scores)
    {
        var (entries, rows) = (ColumnMajor.Entries(scores), scores.RowCount);
        var largest = new double[rows];
        Array.Fill(largest, double.NegativeInfinity);
        Parallelism.ForRanges(scores.ColumnCount, rows, (from, to) =>
        {
            var own = new double[rows];
            Array.Fill(own, double.NegativeInfinity);
            for (var column = from; column < to; column++)
            {
                Elementwise.KeepLargest(own, entries.AsSpan(column * rows, rows), 1);
            }

            lock (largest)
            {
                Elementwise.KeepLargest(largest, own, 1);
            }
        });
        return largest;
    }

    /// <summary>Runs <paramref name="body"/>(from, to) on ranges of rows.</summary>
    private static void ForRows(Matrix<double> scores, Action<int, int> body) =>
        Parallelism.ForRanges(scores.RowCount, (long)WorkPerEntry * scores.ColumnCount, body);
}
