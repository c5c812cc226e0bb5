using System.Numerics;
using System.Runtime.CompilerServices;

namespace Tint.Reference.LinearAlgebra;

/// <summary>y ← α·op(M)·x + β·y in one vector width, reading M once, in the order in which it lies in memory.</summary>
/// <remarks>
/// With contiguous columns, an entry of y is one chain of fused multiply-adds in order of terms. With contiguous rows, it is the sum, in a
/// fixed tree, of <see cref="Chains"/> such chains, term i in chain i mod <see cref="Chains"/>. Neither depends on the vector width or on threads.
/// </remarks>
internal static unsafe class MatrixVectorProduct<T, TVector, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : struct
    where TLanes : struct, ILanes<TVector, T>
{
    /// <summary>Entries of y that are summed at a time in the first-level cache.</summary>
    private const int BlockRows = 512;

    /// <summary>Partial sums of a dot product: four vectors of 512 bits.</summary>
    private static int Chains => 4 * 64 / sizeof(T);

    /// <summary>Runs the product; x and y are contiguous, and y shares no memory with M and x.</summary>
    public static void Run(MatrixView<T> matrix, T* x, T alpha, T beta, T* y, int threads)
    {
        var blocks = Blocking.Ceiling(matrix.Rows, BlockRows);
        if (threads == 1 || 2L * matrix.Rows * matrix.Columns < Blocking.SerialOperations)
        {
            for (var block = 0; block < blocks; block++)
            {
                RunBlock(matrix, x, alpha, beta, y, block);
            }
        }
        else
        {
            Parallelism.For(blocks, threads, block => RunBlock(matrix, x, alpha, beta, y, block));
        }
    }

    private static void RunBlock(in MatrixView<T> matrix, T* x, T alpha, T beta, T* y, int index)
    {
        var first = index * BlockRows;
        var block = matrix.Block(first, 0, Math.Min(BlockRows, matrix.Rows - first), matrix.Columns);
        var sums = stackalloc T[BlockRows];
        if (block.RowStep == 1)
        {
            SumColumns(block, x, sums);
        }
        else
        {
            SumRows(block, x, sums);
        }

        for (var i = 0; i < block.Rows; i++)
        {
            y[first + i] = Scaling.Update(alpha, sums[i], beta, y[first + i]);
        }
    }

    /// <summary>sums ← M·x, four columns at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumColumns(in MatrixView<T> matrix, T* x, T* sums)
    {
        int rows = matrix.Rows, columns = matrix.Columns, vectorRows = rows - (rows % TLanes.Count), k = 0;
        new Span<T>(sums, rows).Clear();
        for (; k <= columns - 4; k += 4)
        {
            T* m0 = matrix.At(0, k), m1 = m0 + matrix.ColumnStep, m2 = m1 + matrix.ColumnStep, m3 = m2 + matrix.ColumnStep;
            TVector x0 = TLanes.Broadcast(x[k]), x1 = TLanes.Broadcast(x[k + 1]), x2 = TLanes.Broadcast(x[k + 2]), x3 = TLanes.Broadcast(x[k + 3]);
            for (var i = 0; i < vectorRows; i += TLanes.Count)
            {
                var sum = TLanes.MultiplyAdd(TLanes.Load(m0 + i), x0, TLanes.Load(sums + i));
                sum = TLanes.MultiplyAdd(TLanes.Load(m1 + i), x1, sum);
                sum = TLanes.MultiplyAdd(TLanes.Load(m2 + i), x2, sum);
                TLanes.Store(sums + i, TLanes.MultiplyAdd(TLanes.Load(m3 + i), x3, sum));
            }
        }

        for (; k < columns; k++)
        {
            var m = matrix.At(0, k);
            var factor = TLanes.Broadcast(x[k]);
            for (var i = 0; i < vectorRows; i += TLanes.Count)
            {
                TLanes.Store(sums + i, TLanes.MultiplyAdd(TLanes.Load(m + i), factor, TLanes.Load(sums + i)));
            }
        }

        for (var i = vectorRows; i < rows; i++)
        {
            var m = matrix.At(i, 0);
            for (k = 0; k < columns; k++)
            {
                sums[i] = ScalarLanes<T>.MultiplyAdd(m[k * matrix.ColumnStep], x[k], sums[i]);
            }
        }
    }

    /// <summary>sums ← M·x, one row at a time, four vectors of every <see cref="Chains"/> terms at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumRows(in MatrixView<T> matrix, T* x, T* sums)
    {
        var chains = stackalloc T[Chains];
        int columns = matrix.Columns, whole = columns - (columns % Chains), rest = columns - whole;
        for (var i = 0; i < matrix.Rows; i++)
        {
            var m = matrix.At(i, 0);
            for (var chain = 0; chain < Chains; chain += 4 * TLanes.Count)
            {
                TVector sum0 = TLanes.Broadcast(T.Zero), sum1 = sum0, sum2 = sum0, sum3 = sum0;
                for (var k = chain; k < whole; k += Chains)
                {
                    T* m0 = m + k, x0 = x + k;
                    sum0 = TLanes.MultiplyAdd(TLanes.Load(m0), TLanes.Load(x0), sum0);
                    sum1 = TLanes.MultiplyAdd(TLanes.Load(m0 + TLanes.Count), TLanes.Load(x0 + TLanes.Count), sum1);
                    sum2 = TLanes.MultiplyAdd(TLanes.Load(m0 + (2 * TLanes.Count)), TLanes.Load(x0 + (2 * TLanes.Count)), sum2);
                    sum3 = TLanes.MultiplyAdd(TLanes.Load(m0 + (3 * TLanes.Count)), TLanes.Load(x0 + (3 * TLanes.Count)), sum3);
                }

                TLanes.Store(chains + chain, sum0);
                TLanes.Store(chains + chain + TLanes.Count, sum1);
                TLanes.Store(chains + chain + (2 * TLanes.Count), sum2);
                TLanes.Store(chains + chain + (3 * TLanes.Count), sum3);
            }

            AddRest(m + whole, x + whole, rest, chains);
            sums[i] = Sum(chains);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRest(T* m, T* x, int count, T* chains)
    {
        var k = 0;
        for (; k <= count - TLanes.Count; k += TLanes.Count)
        {
            TLanes.Store(chains + k, TLanes.MultiplyAdd(TLanes.Load(m + k), TLanes.Load(x + k), TLanes.Load(chains + k)));
        }

        for (; k < count; k++)
        {
            chains[k] = ScalarLanes<T>.MultiplyAdd(m[k], x[k], chains[k]);
        }
    }

    /// <summary>The sum of all chains: the upper half added to the lower one until one is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Sum(T* chains)
    {
        for (var half = Chains / 2; half > 0; half /= 2)
        {
            var i = 0;
            for (; i <= half - TLanes.Count; i += TLanes.Count)
            {
                TLanes.Store(chains + i, TLanes.Add(TLanes.Load(chains + i), TLanes.Load(chains + half + i)));
            }

            for (; i < half; i++)
            {
                chains[i] += chains[half + i];
            }
        }

        return chains[0];
    }
}
