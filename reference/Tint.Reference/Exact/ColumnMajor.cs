using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Exact;

/// <summary>The entries of matrices as one array, column after column, for loops that walk down columns.</summary>
internal static class ColumnMajor
{
    /// <summary>The entries of <paramref name="matrix"/>: its own storage where that is dense, a copy otherwise. To be read only.</summary>
    public static double[] Of(Matrix<double> matrix) => matrix.AsColumnMajorArray() ?? matrix.ToColumnMajorArray();

    /// <summary>The entries of <paramref name="vector"/>: its own storage where that is dense, a copy otherwise. To be read only.</summary>
    public static double[] Of(Vector<double> vector) => vector.AsArray() ?? vector.ToArray();

    /// <summary>A matrix [rows × columns] whose storage is <paramref name="values"/>.</summary>
    public static Matrix<double> Wrap(int rows, int columns, double[] values) => Matrix<double>.Build.Dense(rows, columns, values);

    /// <summary>The sums down the columns of <paramref name="matrix"/>, [columns].</summary>
    public static Vector<double> ColumnSums(Matrix<double> matrix)
    {
        var (values, rows) = (Of(matrix), matrix.RowCount);
        var sums = new double[matrix.ColumnCount];
        for (var column = 0; column < sums.Length; column++)
        {
            foreach (var value in values.AsSpan(column * rows, rows))
            {
                sums[column] += value;
            }
        }

        return Vector<double>.Build.Dense(sums);
    }
}
