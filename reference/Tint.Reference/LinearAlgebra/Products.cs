using System.Numerics;
using System.Runtime.Intrinsics;
using MathNet.Numerics;

namespace Tint.Reference.LinearAlgebra;

/// <summary>C ← α·op(A)·op(B) + β·C for column-major arrays: checks, degenerate cases, and the choice of the code that runs it.</summary>
internal static unsafe class Products<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Checks the operands and runs the product; the sizes are those of the arrays, before op.</summary>
    public static void Run(
        VectorWidth width, bool transposeA, bool transposeB, T alpha, T[] a, int rowsA, int columnsA, T[] b, int rowsB, int columnsB, T beta, T[] c)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(c);
        var (m, k) = transposeA ? (columnsA, rowsA) : (rowsA, columnsA);
        var (inner, n) = transposeB ? (columnsB, rowsB) : (rowsB, columnsB);
        if (inner != k)
        {
            throw new ArgumentOutOfRangeException(nameof(rowsB), $"op(A) [{m} × {k}] and op(B) [{inner} × {n}] do not fit");
        }

        CheckLength(a, rowsA, columnsA, nameof(a));
        CheckLength(b, rowsB, columnsB, nameof(b));
        CheckLength(c, m, n, nameof(c));
        if (alpha == T.Zero || k == 0)
        {
            Scaling.Scale(beta, c);
            return;
        }

        // C is written while A and B are still being read.
        a = ReferenceEquals(a, c) ? (T[])a.Clone() : a;
        b = ReferenceEquals(b, c) ? (T[])b.Clone() : b;
        fixed (T* first = a, second = b, target = c)
        {
            var left = MatrixView<T>.ColumnMajor(first, rowsA, columnsA, transposeA);
            var right = MatrixView<T>.ColumnMajor(second, rowsB, columnsB, transposeB);
            Run(width, left, right, alpha, beta, target);
        }
    }

    /// <summary>Runs the product on memory whose sizes fit; C [m × n] is column-major, without gaps, and shares no memory with A and B.</summary>
    public static void Run(VectorWidth width, in MatrixView<T> a, in MatrixView<T> b, T alpha, T beta, T* c)
    {
        switch (width)
        {
            case VectorWidth.Bits512:
                Run<Vector512<T>, Lanes512<T>>(a, b, alpha, beta, c);
                break;
            case VectorWidth.Bits256:
                Run<Vector256<T>, Lanes256<T>>(a, b, alpha, beta, c);
                break;
            case VectorWidth.Bits128:
                Run<Vector128<T>, Lanes128<T>>(a, b, alpha, beta, c);
                break;
            default:
                Run<T, ScalarLanes<T>>(a, b, alpha, beta, c);
                break;
        }
    }

    private static void Run<TVector, TLanes>(in MatrixView<T> a, in MatrixView<T> b, T alpha, T beta, T* c)
        where TVector : struct
        where TLanes : struct, ILanes<TVector, T>
    {
        var threads = Control.MaxDegreeOfParallelism;
        var target = MatrixView<T>.ColumnMajor(c, a.Rows, b.Columns, transposed: false);
        if (Blocking.IsNarrow(a, b.Columns))
        {
            NarrowProduct<T, TVector, TLanes>.Run(a, b, alpha, beta, target, threads);
        }
        else if (Blocking.IsNarrow(b.Transposed, a.Rows))
        {
            NarrowProduct<T, TVector, TLanes>.Run(b.Transposed, a.Transposed, alpha, beta, target.Transposed, threads);
        }
        else
        {
            MatrixProduct<T, TVector, TLanes>.Run(a, b, alpha, beta, c, threads);
        }
    }

    private static void CheckLength(T[] array, int rows, int columns, string name)
    {
        if (rows < 0 || columns < 0 || (long)rows * columns != array.Length)
        {
            throw new ArgumentOutOfRangeException(name, $"{array.Length} entries are no [{rows} × {columns}] matrix");
        }
    }
}
