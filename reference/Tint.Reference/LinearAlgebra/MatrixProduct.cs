using System.Buffers;
using System.Numerics;

namespace Tint.Reference.LinearAlgebra;

/// <summary>C ← α·op(A)·op(B) + β·C [m × n] in one vector width.</summary>
/// <remarks>
/// The loops are those of Goto and van de Geijn: blocks of B's columns, blocks of depth, blocks of A's rows, then tiles. Blocks of rows and,
/// with few rows, of columns are spread over threads; an entry of C is written by one thread only, in one order of terms.
/// </remarks>
internal static unsafe class MatrixProduct<T, TVector, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : struct
    where TLanes : struct, ILanes<TVector, T>
{
    /// <summary>Runs the product; C is column-major with m rows and shares no memory with A and B.</summary>
    public static void Run(in MatrixView<T> a, in MatrixView<T> b, T alpha, T beta, T* c, int threads)
    {
        int m = a.Rows, k = a.Columns, n = b.Columns;
        var workers = 2L * m * n * k < Blocking.SerialOperations ? 1 : threads;
        int columns = Blocking.ColumnsOf(n, TLanes.Columns), depth = Blocking.DepthOf(k);
        for (var j = 0; j < n; j += columns)
        {
            for (var p = 0; p < k; p += depth)
            {
                int width = Math.Min(columns, n - j), terms = Math.Min(depth, k - p);
                var block = new ProductBlock<T, TVector, TLanes>(
                    a.Block(0, p, m, terms), b.Block(p, j, terms, width), alpha, p == 0 ? beta : T.One, c + ((nint)j * m), workers);
                Run(block, workers);
            }
        }
    }

    private static void Run(in ProductBlock<T, TVector, TLanes> block, int threads)
    {
        if (block.ColumnPanels.PackedLength == 0)
        {
            Multiply(block, null, threads);
            return;
        }

        var buffer = ArrayPool<T>.Shared.Rent(block.ColumnPanels.PackedLength + AlignedMemory.Slack<T>());
        fixed (T* start = buffer)
        {
            var packed = AlignedMemory.Align(start);
            Pack(block.ColumnPanels, packed, threads);
            Multiply(block, packed, threads);
        }

        ArrayPool<T>.Shared.Return(buffer);
    }

    private static void Pack(Panels<T> panels, T* packed, int threads)
    {
        if (threads == 1)
        {
            panels.Pack(0, panels.Count, packed);
        }
        else
        {
            var share = Blocking.Ceiling(panels.Count, threads);
            Parallelism.For(
                Blocking.Ceiling(panels.Count, share), threads, part => panels.Pack(part * share, Math.Min(panels.Count, (part + 1) * share), packed));
        }
    }

    private static void Multiply(in ProductBlock<T, TVector, TLanes> block, T* packed, int threads)
    {
        var tasks = block.RowTasks * block.ColumnTasks;
        if (threads == 1)
        {
            for (var task = 0; task < tasks; task++)
            {
                block.Multiply(task, packed);
            }
        }
        else
        {
            var copy = block;
            Parallelism.For(tasks, threads, task => copy.Multiply(task, packed));
        }
    }
}
