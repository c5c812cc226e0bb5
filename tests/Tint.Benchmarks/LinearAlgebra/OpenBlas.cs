using System.Runtime.InteropServices;
using MathNet.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;
using Tint.Reference.LinearAlgebra;

namespace Tint.Benchmarks.LinearAlgebra;

/// <summary>Products by the OpenBLAS of the machine, where it has one, as something to measure against.</summary>
public sealed unsafe class OpenBlas : IManagedLinearAlgebra<double>, IManagedLinearAlgebra<float>
{
    private const int ColumnMajor = 102;
    private const int NotTransposed = 111;
    private const int Transposed = 112;

    private static readonly nint Library = Load();

    private readonly delegate* unmanaged<int, int, int, int, int, int, double, double*, int, double*, int, double, double*, int, void> _double =
        (delegate* unmanaged<int, int, int, int, int, int, double, double*, int, double*, int, double, double*, int, void>)
        NativeLibrary.GetExport(Library, "cblas_dgemm");

    private readonly delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> _float =
        (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)
        NativeLibrary.GetExport(Library, "cblas_sgemm");

    /// <summary>Uses as many threads as Math.NET may.</summary>
    public OpenBlas() =>
        ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(Library, "openblas_set_num_threads"))(Control.MaxDegreeOfParallelism);

    /// <summary>Whether the machine has it.</summary>
    public static bool IsPresent => Library != 0;

    void ILinearAlgebraProvider<double>.MatrixMultiplyWithUpdate(
        Transpose transposeA, Transpose transposeB, double alpha, double[] a, int rowsA, int columnsA, double[] b, int rowsB, int columnsB, double beta, double[] c)
    {
        var (m, k) = transposeA == Transpose.DontTranspose ? (rowsA, columnsA) : (columnsA, rowsA);
        var n = transposeB == Transpose.DontTranspose ? columnsB : rowsB;
        fixed (double* first = a, second = b, target = c)
        {
            _double(ColumnMajor, Flag(transposeA), Flag(transposeB), m, n, k, alpha, first, rowsA, second, rowsB, beta, target, m);
        }
    }

    void ILinearAlgebraProvider<float>.MatrixMultiplyWithUpdate(
        Transpose transposeA, Transpose transposeB, float alpha, float[] a, int rowsA, int columnsA, float[] b, int rowsB, int columnsB, float beta, float[] c)
    {
        var (m, k) = transposeA == Transpose.DontTranspose ? (rowsA, columnsA) : (columnsA, rowsA);
        var n = transposeB == Transpose.DontTranspose ? columnsB : rowsB;
        fixed (float* first = a, second = b, target = c)
        {
            _float(ColumnMajor, Flag(transposeA), Flag(transposeB), m, n, k, alpha, first, rowsA, second, rowsB, beta, target, m);
        }
    }

    private static int Flag(Transpose transpose) => transpose == Transpose.DontTranspose ? NotTransposed : Transposed;

    private static nint Load()
    {
        foreach (var name in new[] { "libopenblas.so.0", "libopenblas.dylib", "libopenblas.dll" })
        {
            if (NativeLibrary.TryLoad(name, out var library))
            {
                return library;
            }
        }

        return 0;
    }
}
