using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Tint.Reference.Primitives;

/// <summary>The column-major storage behind a dense matrix, for loops over columns, which lie contiguously.</summary>
internal static class Dense
{
    /// <summary>The storage of a dense matrix, column after column; writing to it changes the matrix.</summary>
    public static double[] Of(Matrix<double> matrix) =>
        (matrix as DenseMatrix)?.Values
        ?? throw new RuleViolationException(
            "hidden states and their parts must be dense matrices", matrix.GetType().Name, "build them with Matrix<double>.Build.Dense");

    /// <summary>One column.</summary>
    public static Span<double> Column(Matrix<double> matrix, int column) =>
        Of(matrix).AsSpan(column * matrix.RowCount, matrix.RowCount);
}
