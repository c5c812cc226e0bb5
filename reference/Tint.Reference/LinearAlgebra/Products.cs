using System.Numerics;
using System.Runtime.Intrinsics;
using MathNet.Numerics;
using Tint.Reference.Configuration;

namespace Tint.Reference.LinearAlgebra;

/// <summary>C ← α·op(A)·op(B) + β·C for column-major arrays: degenerate cases, and the choice of the code that runs it.</summary>
internal static unsafe class Products<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Checks the operands and runs the product.</summary>
    public static void Run(VectorWidth width, in ProductArguments<T> product)
    {
        product.Check();
        if (product.OnlyScales)
        {
            Scaling.Scale(product.Beta, product.C);
            return;
        }

        // C is written while A and B are still being read.
        var a = ReferenceEquals(product.A, product.C) ? (T[])product.A.Clone() : product.A;
        var b = ReferenceEquals(product.B, product.C) ? (T[])product.B.Clone() : product.B;
        fixed (T* first = a, second = b, target = product.C)
        {
            var left = MatrixView<T>.ColumnMajor(first, product.RowsA, product.ColumnsA, product.TransposeA);
            var right = MatrixView<T>.ColumnMajor(second, product.RowsB, product.ColumnsB, product.TransposeB);
            Run(width, left, right, product.Alpha, product.Beta, target);
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
            case VectorWidth.Scalar:
                Run<T, ScalarLanes<T>>(a, b, alpha, beta, c);
                break;
            default:
                throw Require.Unknown(width, "the vector width");
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
}
