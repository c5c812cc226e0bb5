using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.LinearAlgebra;

/// <summary>
/// Elementwise work on dense matrices through their column-major arrays: entry (t, d) of a [T × D] matrix is at d·T + t, so that a column
/// (one coordinate of all tokens) and a head's columns are contiguous.
/// </summary>
internal static class ColumnMajor
{
    /// <summary>Below this many scalar operations a loop is not worth splitting among threads.</summary>
    private const long SmallestParallelWork = 1 << 18;

    /// <summary>The entries to read, without a copy where the storage is dense already.</summary>
    public static double[] Entries(Matrix<double> matrix) => matrix.AsColumnMajorArray() ?? matrix.ToColumnMajorArray();

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

    /// <summary>One column of a dense matrix, to read or to write in place.</summary>
    public static Span<double> Column(Matrix<double> matrix, int column) =>
        Writable(matrix).AsSpan(column * matrix.RowCount, matrix.RowCount);

    /// <summary>left·right, a new dense matrix whatever the operands' storage.</summary>
    public static Matrix<double> Product(Matrix<double> left, Matrix<double> right)
    {
        var result = Matrix<double>.Build.Dense(left.RowCount, right.ColumnCount);
        left.Multiply(right, result);
        return result;
    }

    /// <summary>left·rightᵀ, a new dense matrix whatever the operands' storage.</summary>
    public static Matrix<double> ProductWithTransposed(Matrix<double> left, Matrix<double> right)
    {
        var result = Matrix<double>.Build.Dense(left.RowCount, right.RowCount);
        left.TransposeAndMultiply(right, result);
        return result;
    }

    /// <summary>leftᵀ·right, a new dense matrix whatever the operands' storage.</summary>
    public static Matrix<double> ProductOfTransposed(Matrix<double> left, Matrix<double> right)
    {
        var result = Matrix<double>.Build.Dense(left.ColumnCount, right.ColumnCount);
        left.TransposeThisAndMultiply(right, result);
        return result;
    }

    /// <summary>factor·matrix, a new matrix.</summary>
    public static Matrix<double> Scaled(Matrix<double> matrix, double factor)
    {
        var source = Entries(matrix);
        var result = new double[source.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = factor * source[i];
        }

        return Wrap(matrix.RowCount, matrix.ColumnCount, result);
    }

    /// <summary>factor·vector, a new vector.</summary>
    public static Vector<double> Scaled(Vector<double> vector, double factor) =>
        Wrap(Array.ConvertAll(Entries(vector), value => factor * value));

    /// <summary>Adds <paramref name="addend"/> to <paramref name="sum"/> in place.</summary>
    public static void AddTo(Matrix<double> sum, Matrix<double> addend)
    {
        double[] s = Writable(sum), a = Entries(addend);
        for (var i = 0; i < s.Length; i++)
        {
            s[i] += a[i];
        }
    }

    /// <summary>out ← factor·(out + 1·biasᵀ) in place: each row of <paramref name="output"/> gets the bias, then the gate.</summary>
    public static void AddBiasAndScale(Matrix<double> output, Vector<double> bias, double factor)
    {
        double[] o = Writable(output), b = Entries(bias);
        var rows = output.RowCount;
        for (var column = 0; column < b.Length; column++)
        {
            var shift = b[column];
            foreach (ref var entry in o.AsSpan(column * rows, rows))
            {
                entry = factor * (entry + shift);
            }
        }
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

    /// <summary>Runs <paramref name="body"/>(from, to) on ranges that cover 0 … count−1, in parallel where the work is worth it.</summary>
    public static void ForRanges(int count, long workPerItem, Action<int, int> body)
    {
        if (count * workPerItem < SmallestParallelWork)
        {
            body(0, count);
            return;
        }

        var parts = (int)Math.Min(count, 4L * Environment.ProcessorCount);
        Parallel.For(0, parts, part => body((int)((long)count * part / parts), (int)((long)count * (part + 1) / parts)));
    }
}
