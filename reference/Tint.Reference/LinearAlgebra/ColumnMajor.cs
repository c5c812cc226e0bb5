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
            for (var i = Require.AreFinite(entries.AsSpan(from..to)) ? to : from; i < to; i++)
            {
                if (!double.IsFinite(entries[i]))
                {
                    for (var known = Volatile.Read(ref first); i < known; known = Volatile.Read(ref first))
                    {
                        Interlocked.CompareExchange(ref first, i, known);
                    }

                    return;
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

    /// <summary>One column of a dense matrix, to read or to write in place.</summary>
    public static Span<double> Column(Matrix<double> matrix, int column) =>
        Writable(matrix).AsSpan(column * matrix.RowCount, matrix.RowCount);

    /// <summary>A matrix whose entries are whatever the memory held, for a result that is written in full.</summary>
    public static Matrix<double> Uninitialized(int rows, int columns) =>
        Wrap(rows, columns, LargeObjects.Uninitialized(Sizes.Entries("a matrix", "use fewer tokens or a smaller model", rows, columns)));

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
}
