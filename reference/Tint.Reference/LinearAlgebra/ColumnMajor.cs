using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.LinearAlgebra;

/// <summary>
/// Elementwise work on dense matrices through their column-major arrays: entry (t, d) of a [T × D] matrix is at d·T + t, so that a column
/// (one coordinate of all tokens) and a head's columns are contiguous.
/// </summary>
internal static class ColumnMajor
{
    /// <summary>The entries to read, without a copy where the storage is dense already.</summary>
    public static double[] Entries(Matrix<double> matrix) => matrix.AsColumnMajorArray() ?? matrix.ToColumnMajorArray();

    /// <summary>The matrix itself where its storage is dense, else a dense copy; sparse products would skip zeros, and so hide NaN and infinity.</summary>
    public static Matrix<double> Dense(Matrix<double> matrix) =>
        matrix.AsColumnMajorArray() is null ? Wrap(matrix.RowCount, matrix.ColumnCount, matrix.ToColumnMajorArray()) : matrix;

    /// <summary>The entries to write in place.</summary>
    /// <exception cref="RuleViolationException">The storage is not dense, so that writes would be lost.</exception>
    public static double[] Writable(Matrix<double> matrix) =>
        matrix.AsColumnMajorArray() ?? throw new RuleViolationException(
            "hidden states and their parts must be dense matrices", matrix.GetType().Name, "build them with Matrix<double>.Build.Dense");

    /// <summary>The entries to read, without a copy where the storage is dense already.</summary>
    public static double[] Entries(Vector<double> vector) => vector.AsArray() ?? vector.ToArray();

    /// <summary>A matrix over <paramref name="entries"/>, not copied.</summary>
    public static Matrix<double> Wrap(int rows, int columns, double[] entries) => Matrix<double>.Build.Dense(rows, columns, entries);

    /// <summary>A vector over <paramref name="entries"/>, not copied.</summary>
    public static Vector<double> Wrap(double[] entries) => Vector<double>.Build.Dense(entries);

    /// <summary>Runs <paramref name="body"/>(column) for all columns of a matrix with that many rows, in parallel where it is large.</summary>
    public static void ForColumns(int rows, int columns, Action<int> body) => Parallelism.ForRanges(columns, rows, (from, to) =>
    {
        for (var column = from; column < to; column++)
        {
            body(column);
        }
    });

    /// <summary>The place of the first entry that is NaN or infinite; null where all are finite.</summary>
    public static int? FirstNotFinite(double[] entries)
    {
        var first = entries.Length;
        Parallelism.ForRanges(entries.Length, 1, (from, to) =>
        {
            if (Require.FirstNotFinite(entries.AsSpan(from..to)) is { } place)
            {
                for (var known = Volatile.Read(ref first); from + place < known; known = Volatile.Read(ref first))
                {
                    Interlocked.CompareExchange(ref first, from + place, known);
                }
            }
        });
        return first < entries.Length ? first : null;
    }

    /// <summary>Rows <paramref name="kept"/> of a matrix, a new matrix.</summary>
    public static Matrix<double> Rows(Matrix<double> matrix, int[] kept)
    {
        var entries = Entries(matrix);
        var (total, part) = (matrix.RowCount, Uninitialized(kept.Length, matrix.ColumnCount));
        ForColumns(kept.Length, matrix.ColumnCount, column =>
        {
            var source = entries.AsSpan(column * total, total);
            var target = Column(part, column);
            for (var row = 0; row < target.Length; row++)
            {
                target[row] = source[kept[row]];
            }
        });
        return part;
    }

    /// <summary>Row kept[i] of <paramref name="target"/> ← row i of <paramref name="source"/>.</summary>
    public static void SetRows(Matrix<double> target, int[] kept, Matrix<double> source) =>
        IntoRows(target, kept, source, static (_, entry) => entry);

    /// <summary>Row kept[i] of <paramref name="sum"/> ← itself + row i of <paramref name="source"/>, the rows in order.</summary>
    public static void AddToRows(Matrix<double> sum, int[] kept, Matrix<double> source) =>
        IntoRows(sum, kept, source, static (old, entry) => old + entry);

    /// <summary>Divides row t by divisor t, in place.</summary>
    public static void DivideRows(Matrix<double> matrix, double[] divisors) =>
        ForColumns(matrix, 1, (_, column) => Elementwise.Divide(column, divisors));

    /// <summary>Runs <paramref name="body"/>(column, its entries to read and write) for all columns, in parallel where there is much to do.</summary>
    public static void ForColumns(Matrix<double> matrix, int workPerEntry, Action<int, Span<double>> body)
    {
        var (entries, rows) = (Writable(matrix), matrix.RowCount);
        Parallelism.ForRanges(matrix.ColumnCount, (long)workPerEntry * rows, (from, to) =>
        {
            for (var column = from; column < to; column++)
            {
                body(column, entries.AsSpan(column * rows, rows));
            }
        });
    }

    /// <summary>A new matrix in which the entries that a row has in the columns of one group are what <paramref name="body"/> makes of them.</summary>
    /// <param name="matrix">The old matrix.</param>
    /// <param name="groups">Columns, each in one group.</param>
    /// <param name="workPerRow">Scalar operations on one row of a group.</param>
    /// <param name="body">Gets the entries of a row and a group, and replaces them.</param>
    public static Matrix<double> InGroups(Matrix<double> matrix, int[][] groups, int workPerRow, Action<Span<double>> body)
    {
        var (entries, rows, result) = (Entries(matrix), matrix.RowCount, Uninitialized(matrix.RowCount, matrix.ColumnCount));
        var changed = Writable(result);
        Parallelism.ForRanges(groups.Length, (long)rows * workPerRow, (from, to) =>
        {
            foreach (var columns in groups.AsSpan(from, to - from))
            {
                var part = new double[columns.Length];
                for (var t = 0; t < rows; t++)
                {
                    for (var i = 0; i < part.Length; i++)
                    {
                        part[i] = entries[(columns[i] * rows) + t];
                    }

                    body(part);
                    for (var i = 0; i < part.Length; i++)
                    {
                        changed[(columns[i] * rows) + t] = part[i];
                    }
                }
            }
        });
        return result;
    }

    /// <summary>One column of a dense matrix, to read or to write in place.</summary>
    public static Span<double> Column(Matrix<double> matrix, int column) =>
        Writable(matrix).AsSpan(column * matrix.RowCount, matrix.RowCount);

    /// <summary>A matrix whose entries are whatever the memory held, for a result that is written in full.</summary>
    public static Matrix<double> Uninitialized(int rows, int columns) =>
        Wrap(rows, columns, LargeObjects.Uninitialized(Sizes.Entries("a matrix", "use fewer tokens or a smaller model", rows, columns)));

    /// <summary>A dense copy.</summary>
    public static Matrix<double> Copy(Matrix<double> matrix)
    {
        var copy = Uninitialized(matrix.RowCount, matrix.ColumnCount);
        Entries(matrix).CopyTo(Writable(copy), 0);
        return copy;
    }

    /// <summary>left·right, a new dense matrix whatever the operands' storage.</summary>
    public static Matrix<double> Product(Matrix<double> left, Matrix<double> right)
    {
        var result = Uninitialized(left.RowCount, right.ColumnCount);
        Dense(left).Multiply(Dense(right), result);
        return result;
    }

    /// <summary>left·rightᵀ, a new dense matrix whatever the operands' storage.</summary>
    public static Matrix<double> ProductWithTransposed(Matrix<double> left, Matrix<double> right)
    {
        var result = Uninitialized(left.RowCount, right.RowCount);
        Dense(left).TransposeAndMultiply(Dense(right), result);
        return result;
    }

    /// <summary>leftᵀ·right, a new dense matrix whatever the operands' storage.</summary>
    public static Matrix<double> ProductOfTransposed(Matrix<double> left, Matrix<double> right)
    {
        var result = Uninitialized(left.ColumnCount, right.ColumnCount);
        Dense(left).TransposeThisAndMultiply(Dense(right), result);
        return result;
    }

    /// <summary>left + right, a new dense matrix whatever the operands' storage.</summary>
    public static Matrix<double> Sum(Matrix<double> left, Matrix<double> right)
    {
        var result = Uninitialized(left.RowCount, left.ColumnCount);
        left.Add(right, result);
        return result;
    }

    /// <summary>factor·matrix, a new dense matrix whatever the operand's storage.</summary>
    public static Matrix<double> Scaled(Matrix<double> matrix, double factor)
    {
        var result = Uninitialized(matrix.RowCount, matrix.ColumnCount);
        matrix.Multiply(factor, result);
        return result;
    }

    /// <summary>factor·vector, a new vector.</summary>
    public static Vector<double> Scaled(Vector<double> vector, double factor)
    {
        var result = new double[vector.Count];
        Elementwise.Scale(Entries(vector), factor, result);
        return Wrap(result);
    }

    /// <summary>Column d times factor d, a new matrix.</summary>
    public static Matrix<double> ScaledColumns(Matrix<double> matrix, Vector<double> factors)
    {
        var (source, rows, result) = (Entries(matrix), matrix.RowCount, Uninitialized(matrix.RowCount, matrix.ColumnCount));
        ForColumns(result, 1, (d, column) => Elementwise.Scale(source.AsSpan(d * rows, rows), factors.At(d), column));
        return result;
    }

    /// <summary>Adds <paramref name="addend"/> to <paramref name="sum"/> in place.</summary>
    public static void AddTo(Matrix<double> sum, Matrix<double> addend)
    {
        _ = Writable(sum);
        sum.Add(addend, sum);
    }

    /// <summary>out ← factor·(out + 1·biasᵀ) in place: each row of <paramref name="output"/> gets the bias, then the gate.</summary>
    public static void AddBiasAndScale(Matrix<double> output, Vector<double> bias, double factor)
    {
        double[] o = Writable(output), b = Entries(bias);
        var rows = output.RowCount;
        ForColumns(rows, b.Length, column => Elementwise.AddAndScale(o.AsSpan(column * rows, rows), b[column], factor));
    }

    /// <summary>Σ_t matrix_{t,·}, the sum of the rows.</summary>
    public static double[] SumOfRows(Matrix<double> matrix)
    {
        var entries = Entries(matrix);
        var rows = matrix.RowCount;
        var sums = new double[matrix.ColumnCount];
        for (var column = 0; column < sums.Length; column++)
        {
            foreach (var entry in entries.AsSpan(column * rows, rows))
            {
                sums[column] += entry;
            }
        }

        return sums;
    }

    private static void IntoRows(Matrix<double> target, int[] kept, Matrix<double> source, Func<double, double, double> combined)
    {
        _ = Writable(target);
        ForColumns(kept.Length, source.ColumnCount, d =>
        {
            var column = Column(target, d);
            for (var i = 0; i < kept.Length; i++)
            {
                column[kept[i]] = combined(column[kept[i]], source.At(i, d));
            }
        });
    }
}
