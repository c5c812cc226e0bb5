using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Tint.Reference.LinearAlgebra;

/// <summary>
/// Y ← α·op(M)·X + β·Y for a vector X, or a few columns, in one vector width: M is read from memory once, in the order in which it lies there.
/// </summary>
/// <remarks>
/// With contiguous columns, an entry of Y is one chain of fused multiply-adds in order of terms. With contiguous rows, it is the sum, in a
/// fixed tree, of <see cref="Chains"/> such chains, term i in chain i mod <see cref="Chains"/>. Neither depends on the vector width or on threads.
/// </remarks>
internal static unsafe class NarrowProduct<T, TVector, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : struct
    where TLanes : struct, ILanes<TVector, T>
{
    /// <summary>Rows of Y that are summed at a time in the first-level cache.</summary>
    private const int BlockRows = 256;

    /// <summary>Partial sums of a dot product: four vectors of 512 bits.</summary>
    private static int Chains => 4 * 64 / sizeof(T);

    /// <summary>Runs the product; Y shares no memory with M and X.</summary>
    public static void Run(MatrixView<T> matrix, MatrixView<T> x, T alpha, T beta, MatrixView<T> y, int threads)
    {
        if (x.RowStep == 1 || x.Columns == 1)
        {
            RunContiguous(matrix, x, alpha, beta, y, threads);
            return;
        }

        var buffer = ArrayPool<T>.Shared.Rent(x.Rows * x.Columns);
        fixed (T* copy = buffer)
        {
            var columns = MatrixView<T>.ColumnMajor(copy, x.Rows, x.Columns, transposed: false);
            for (var column = 0; column < x.Columns; column++)
            {
                PanelPacking.Pack(x.Block(0, column, x.Rows, 1).Transposed, 1, columns.At(0, column));
            }

            RunContiguous(matrix, columns, alpha, beta, y, threads);
        }

        ArrayPool<T>.Shared.Return(buffer);
    }

    private static void RunContiguous(MatrixView<T> matrix, MatrixView<T> x, T alpha, T beta, MatrixView<T> y, int threads)
    {
        var blocks = Blocking.Ceiling(matrix.Rows, BlockRows);
        if (threads == 1 || 2L * matrix.Rows * matrix.Columns * x.Columns < Blocking.SerialOperations)
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

    private static void RunBlock(in MatrixView<T> matrix, in MatrixView<T> x, T alpha, T beta, in MatrixView<T> y, int index)
    {
        int first = index * BlockRows, rows = Math.Min(BlockRows, matrix.Rows - first);
        var block = matrix.Block(first, 0, rows, matrix.Columns);
        var memory = stackalloc T[rows * x.Columns];
        var sums = MatrixView<T>.ColumnMajor(memory, rows, x.Columns, transposed: false);
        if (block.RowStep == 1)
        {
            SumColumns(block, x, sums);
        }
        else
        {
            SumRows(block, x, sums);
        }

        for (var j = 0; j < x.Columns; j++)
        {
            for (var i = 0; i < rows; i++)
            {
                var target = y.At(first + i, j);
                *target = Scaling.Update(alpha, *sums.At(i, j), beta, *target);
            }
        }
    }

    /// <summary>sums ← M·X, four columns of M at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumColumns(in MatrixView<T> matrix, in MatrixView<T> x, in MatrixView<T> sums)
    {
        int whole = matrix.Columns & ~3;
        new Span<T>(sums.Data, sums.Rows * sums.Columns).Clear();
        for (var k = 0; k < whole; k += 4)
        {
            for (var j = 0; j < x.Columns; j++)
            {
                AddFour(matrix.At(0, k), matrix.ColumnStep, matrix.Rows, x.At(k, j), sums.At(0, j));
            }
        }

        for (var k = whole; k < matrix.Columns; k++)
        {
            for (var j = 0; j < x.Columns; j++)
            {
                AddOne(matrix.At(0, k), matrix.Rows, *x.At(k, j), sums.At(0, j));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddFour(T* m0, nint step, int rows, T* x, T* sums)
    {
        T* m1 = m0 + step, m2 = m1 + step, m3 = m2 + step;
        TVector x0 = TLanes.Broadcast(x[0]), x1 = TLanes.Broadcast(x[1]), x2 = TLanes.Broadcast(x[2]), x3 = TLanes.Broadcast(x[3]);
        var i = 0;
        for (; i <= rows - TLanes.Count; i += TLanes.Count)
        {
            var sum = TLanes.MultiplyAdd(TLanes.Load(m0 + i), x0, TLanes.Load(sums + i));
            sum = TLanes.MultiplyAdd(TLanes.Load(m1 + i), x1, sum);
            sum = TLanes.MultiplyAdd(TLanes.Load(m2 + i), x2, sum);
            TLanes.Store(sums + i, TLanes.MultiplyAdd(TLanes.Load(m3 + i), x3, sum));
        }

        for (; i < rows; i++)
        {
            var sum = ScalarLanes<T>.MultiplyAdd(m0[i], x[0], sums[i]);
            sum = ScalarLanes<T>.MultiplyAdd(m1[i], x[1], sum);
            sum = ScalarLanes<T>.MultiplyAdd(m2[i], x[2], sum);
            sums[i] = ScalarLanes<T>.MultiplyAdd(m3[i], x[3], sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddOne(T* m, int rows, T x, T* sums)
    {
        var factor = TLanes.Broadcast(x);
        var i = 0;
        for (; i <= rows - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(sums + i, TLanes.MultiplyAdd(TLanes.Load(m + i), factor, TLanes.Load(sums + i)));
        }

        for (; i < rows; i++)
        {
            sums[i] = ScalarLanes<T>.MultiplyAdd(m[i], x, sums[i]);
        }
    }

    /// <summary>sums ← M·X, one row of M at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumRows(in MatrixView<T> matrix, in MatrixView<T> x, in MatrixView<T> sums)
    {
        var chains = stackalloc T[Chains];
        for (var i = 0; i < matrix.Rows; i++)
        {
            for (var j = 0; j < x.Columns; j++)
            {
                *sums.At(i, j) = Dot(matrix.At(i, 0), x.At(0, j), matrix.Columns, chains);
            }
        }
    }

    /// <summary>Σ_k m_k·x_k, four vectors out of every <see cref="Chains"/> terms at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Dot(T* m, T* x, int count, T* chains)
    {
        var whole = count - (count % Chains);
        for (var chain = 0; chain < Chains; chain += 4 * TLanes.Count)
        {
            TVector sum0 = TLanes.Broadcast(T.Zero), sum1 = sum0, sum2 = sum0, sum3 = sum0;
            for (var k = chain; k < whole; k += Chains)
            {
                T* mk = m + k, xk = x + k;
                sum0 = TLanes.MultiplyAdd(TLanes.Load(mk), TLanes.Load(xk), sum0);
                sum1 = TLanes.MultiplyAdd(TLanes.Load(mk + TLanes.Count), TLanes.Load(xk + TLanes.Count), sum1);
                sum2 = TLanes.MultiplyAdd(TLanes.Load(mk + (2 * TLanes.Count)), TLanes.Load(xk + (2 * TLanes.Count)), sum2);
                sum3 = TLanes.MultiplyAdd(TLanes.Load(mk + (3 * TLanes.Count)), TLanes.Load(xk + (3 * TLanes.Count)), sum3);
            }

            TLanes.Store(chains + chain, sum0);
            TLanes.Store(chains + chain + TLanes.Count, sum1);
            TLanes.Store(chains + chain + (2 * TLanes.Count), sum2);
            TLanes.Store(chains + chain + (3 * TLanes.Count), sum3);
        }

        AddRest(m + whole, x + whole, count - whole, chains);
        return Sum(chains);
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
