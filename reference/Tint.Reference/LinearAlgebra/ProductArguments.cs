using System.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Tint.Reference.LinearAlgebra;

/// <summary>A product C ← α·op(A)·op(B) + β·C as a provider is asked for it: column-major arrays, with the sizes of A and B before op.</summary>
/// <param name="OperationA">What op does to A; conjugating changes no real number.</param>
/// <param name="OperationB">What op does to B.</param>
/// <param name="Alpha">α.</param>
/// <param name="A">A, [RowsA × ColumnsA].</param>
/// <param name="RowsA">A's rows.</param>
/// <param name="ColumnsA">A's columns.</param>
/// <param name="B">B, [RowsB × ColumnsB].</param>
/// <param name="RowsB">B's rows.</param>
/// <param name="ColumnsB">B's columns.</param>
/// <param name="Beta">β; with 0, C may hold anything.</param>
/// <param name="C">C, [M × N].</param>
internal readonly record struct ProductArguments<T>(
    Transpose OperationA, Transpose OperationB, T Alpha, T[] A, int RowsA, int ColumnsA, T[] B, int RowsB, int ColumnsB, T Beta, T[] C)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>result ← x·y.</summary>
    public ProductArguments(T[] x, int rowsX, int columnsX, T[] y, int rowsY, int columnsY, T[] result)
        : this(Transpose.DontTranspose, Transpose.DontTranspose, T.One, x, rowsX, columnsX, y, rowsY, columnsY, T.Zero, result)
    {
    }

    /// <summary>Whether op transposes A.</summary>
    public bool TransposeA => OperationA != Transpose.DontTranspose;

    /// <summary>Whether op transposes B.</summary>
    public bool TransposeB => OperationB != Transpose.DontTranspose;

    /// <summary>The rows of op(A) and of C.</summary>
    public int M => TransposeA ? ColumnsA : RowsA;

    /// <summary>The columns of op(B) and of C.</summary>
    public int N => TransposeB ? RowsB : ColumnsB;

    /// <summary>The terms of an entry's sum.</summary>
    public int K => TransposeA ? RowsA : ColumnsA;

    /// <summary>m·n·k.</summary>
    public long MultiplyAdds => (long)M * N * K;

    /// <summary>Whether nothing is to be multiplied, so that A and B are not read.</summary>
    public bool OnlyScales => Alpha == T.Zero || MultiplyAdds == 0;

    /// <summary>Checks that no array is null and that sizes fit each other and the arrays.</summary>
    /// <exception cref="ArgumentNullException">An array is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The sizes do not fit.</exception>
    public void Check()
    {
        ArgumentNullException.ThrowIfNull(A, "a");
        ArgumentNullException.ThrowIfNull(B, "b");
        ArgumentNullException.ThrowIfNull(C, "c");
        var inner = TransposeB ? ColumnsB : RowsB;
        if (inner != K)
        {
            throw new ArgumentOutOfRangeException("rowsB", $"op(A) [{M} × {K}] and op(B) [{inner} × {N}] do not fit");
        }

        CheckLength(A, RowsA, ColumnsA, "a");
        CheckLength(B, RowsB, ColumnsB, "b");
        CheckLength(C, M, N, "c");
    }

    private static void CheckLength(T[] array, int rows, int columns, string name)
    {
        if (rows < 0 || columns < 0 || (long)rows * columns != array.Length)
        {
            throw new ArgumentOutOfRangeException(name, $"{array.Length} entries are no [{rows} × {columns}] matrix");
        }
    }
}
