using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Keeping;

/// <summary>Keeps matrices in memory: themselves, or rounded to float32 in half of the room.</summary>
internal sealed class MemoryStore(NumberFormat format) : MatrixStore(format)
{
    private protected override IKept<Matrix<double>> Keep(Matrix<double> matrix, NumberFormat format)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return format == NumberFormat.Binary64
            ? KeptItself.Of(matrix)
            : Narrowed(matrix.RowCount, matrix.ColumnCount, Singles(matrix));
    }

    /// <summary>Apart from what is kept, so that nothing holds on to the matrix that was rounded.</summary>
    private static NativeFloats Singles(Matrix<double> matrix)
    {
        var entries = ColumnMajor.Entries(matrix);
        var singles = new NativeFloats(entries.Length);
        Parallelism.ForRanges(entries.Length, 1, (from, to) => SinglePrecision.Round(entries.AsSpan(from..to), singles.Range(from, to)));
        return singles;
    }

    private static Kept<Matrix<double>> Narrowed(int rows, int columns, NativeFloats singles) =>
        new(() => Widened(rows, columns, singles), singles.Dispose);

    private static Matrix<double> Widened(int rows, int columns, NativeFloats singles)
    {
        var entries = LargeObjects.Uninitialized(rows * columns);
        var held = false;
        try
        {
            singles.DangerousAddRef(ref held);
            Parallelism.ForRanges(entries.Length, 1, (from, to) => SinglePrecision.Widen(singles.Range(from, to), entries.AsSpan(from..to)));
        }
        finally
        {
            if (held)
            {
                singles.DangerousRelease();
            }
        }

        return ColumnMajor.Wrap(rows, columns, entries);
    }
}
