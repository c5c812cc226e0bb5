using System.Numerics;

namespace Tint.Reference.Cuda.Tests.Fakes;

/// <summary>Products as cuBLAS is asked for them, in its order of arguments, with strides in entries.</summary>
internal sealed unsafe record FakeGemm<T>(
    int TransA, int TransB, int M, int N, int K, T Alpha, nint A, int Lda, long StrideA, nint B, int Ldb, long StrideB, T Beta, nint C, int Ldc, long StrideC, int Count)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private int RowsA => TransA == 0 ? M : K;

    private int ColumnsA => TransA == 0 ? K : M;

    private int RowsB => TransB == 0 ? K : N;

    private int ColumnsB => TransB == 0 ? N : K;

    /// <summary>Whether cuBLAS takes the arguments.</summary>
    public bool IsValid =>
        TransA is >= 0 and <= 2 && TransB is >= 0 and <= 2 && M >= 0 && N >= 0 && K >= 0 && Count >= 0
        && Lda >= Math.Max(1, RowsA) && Ldb >= Math.Max(1, RowsB) && Ldc >= Math.Max(1, M);

    /// <summary>What is read and written.</summary>
    public IEnumerable<(nint Address, long Bytes)> Ranges =>
        from item in Enumerable.Range(0, Count)
        from range in new[] { Range(A, Lda, RowsA, ColumnsA, item * StrideA), Range(B, Ldb, RowsB, ColumnsB, item * StrideB), Range(C, Ldc, M, N, item * StrideC) }
        where range.Bytes > 0
        select range;

    public void Run(int fault)
    {
        for (var item = 0; item < Count; item++)
        {
            T* a = (T*)A + (item * StrideA), b = (T*)B + (item * StrideB), c = (T*)C + (item * StrideC);
            for (var j = 0; j < N; j++)
            {
                for (var i = 0; i < M; i++)
                {
                    var sum = T.Zero;
                    for (var p = 0; p < K; p++)
                    {
                        var left = TransA == 0 ? a[((long)p * Lda) + i] : a[((long)i * Lda) + p];
                        var right = TransB == 0 ? b[((long)j * Ldb) + p] : b[((long)p * Ldb) + j];
                        sum = T.FusedMultiplyAdd(left, right, sum);
                    }

                    ref var entry = ref c[((long)j * Ldc) + i];
                    entry = Beta == T.Zero ? Alpha * sum : T.FusedMultiplyAdd(Alpha, sum, Beta * entry);
                }
            }

            c[0] += T.CreateChecked(fault);
        }
    }

    private static (nint Address, long Bytes) Range(nint start, int leading, int rows, int columns, long offset) =>
        (start + (nint)(offset * sizeof(T)), rows == 0 || columns == 0 ? 0 : (((long)(columns - 1) * leading) + rows) * sizeof(T));
}
