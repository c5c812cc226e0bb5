using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Certificates;

/// <summary>
/// Two-norms that neither overflow nor underflow, rounded upward: the norm of one vector, and those of a matrix's rows, one a token.
/// </summary>
public static class RowNorms
{
    /// <summary>An upper bound on ‖row_t‖₂ for every row, good to 2^−40.</summary>
    /// <param name="matrix">[T × D].</param>
    /// <returns>[T].</returns>
    public static Vector<double> Of(Matrix<double> matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return Vector<double>.Build.Dense(matrix.RowCount, row => Upper(matrix.Row(row)));
    }

    /// <summary>An upper bound on ‖v‖₂, good to 2^−40; 0 for zeros.</summary>
    public static double Upper(Vector<double> vector)
    {
        ArgumentNullException.ThrowIfNull(vector);
        var norm = TwoNorm(vector);
        return norm == 0 ? 0 : FloatingPoint.Up(norm, vector.Count);
    }

    /// <summary>‖v‖₂ to rounding.</summary>
    internal static double TwoNorm(Vector<double> vector)
    {
        var largest = vector.InfinityNorm();
        if (largest == 0)
        {
            return 0;
        }

        var sum = 0.0;
        for (var i = 0; i < vector.Count; i++)
        {
            var ratio = vector.At(i) / largest;
            sum += ratio * ratio;
        }

        return largest * Math.Sqrt(sum);
    }
}
