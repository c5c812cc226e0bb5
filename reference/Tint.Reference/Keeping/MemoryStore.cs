using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Keeping;

/// <summary>Keeps matrices in memory: themselves, or rounded to float32 in half of the room.</summary>
internal sealed class MemoryStore(NumberFormat format) : MatrixStore(format)
{
    /// <inheritdoc/>
    private protected override IKept<Matrix<double>> Keep(Matrix<double> matrix, NumberFormat format)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (format == NumberFormat.Binary64)
        {
            return new Kept<Matrix<double>>(() => matrix, static () => { });
        }

        var (rows, columns, entries) = (matrix.RowCount, matrix.ColumnCount, ColumnMajor.Entries(matrix));
        var singles = new NativeFloats(entries.Length);
        Parallelism.ForRanges(
            entries.Length, 1, (from, to) => SinglePrecision.Round(entries.AsSpan(from..to), singles.Range(from, to)));
        return new Kept<Matrix<double>>(() => Widened(rows, columns, singles), singles.Dispose);
    }

    private static Matrix<double> Widened(int rows, int columns, NativeFloats singles)
    {
        var entries = new double[(long)rows * columns];
        Parallelism.ForRanges(
            entries.Length, 1, (from, to) => SinglePrecision.Widen(singles.Range(from, to), entries.AsSpan(from..to)));
        GC.KeepAlive(singles);
        return ColumnMajor.Wrap(rows, columns, entries);
    }
}
