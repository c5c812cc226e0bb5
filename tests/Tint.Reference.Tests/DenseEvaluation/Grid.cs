using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Tests.DenseEvaluation;

/// <summary>Plain arrays [rows × columns].</summary>
internal static class Grid
{
    public static double[,] Of(int rows, int columns, Func<int, int, double> entry)
    {
        var result = new double[rows, columns];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                result[row, column] = entry(row, column);
            }
        }

        return result;
    }

    public static double[,] Of(Matrix<double> matrix) => Of(matrix.RowCount, matrix.ColumnCount, matrix.At);

    /// <summary>An array of the same shape.</summary>
    public static double[,] Like(double[,] grid, Func<int, int, double> entry) => Of(grid.GetLength(0), grid.GetLength(1), entry);
}
