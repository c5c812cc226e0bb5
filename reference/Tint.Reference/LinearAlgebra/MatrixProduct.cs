using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

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
    private static int TileRows => 2 * TLanes.Count;

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
                var block = new Block
                {
                    A = a.Block(0, p, m, terms),
                    B = Cut(b.Block(p, j, terms, width).Transposed, TLanes.Columns, TLanes.Columns),
                    Alpha = alpha,
                    Beta = p == 0 ? beta : T.One,
                    C = c + ((nint)j * m),
                };
                Run(block, workers);
            }
        }
    }

    private static void Run(Block block, int threads)
    {
        var buffer = ArrayPool<T>.Shared.Rent(block.B.PackedLength + AlignedMemory.Slack<T>());
        fixed (T* start = buffer)
        {
            block.PackedB = AlignedMemory.Align(start);
            block.RowsPerTask = Blocking.RowsOf<T>(block.A.Rows, block.A.Columns, TileRows, threads);
            var rowTasks = Blocking.Ceiling(block.A.Rows, block.RowsPerTask);
            var columnTasks = Math.Min(Blocking.Ceiling(threads, rowTasks), block.B.Count);
            block.PanelsPerTask = Blocking.Ceiling(block.B.Count, columnTasks);
            columnTasks = Blocking.Ceiling(block.B.Count, block.PanelsPerTask);
            if (threads == 1)
            {
                block.PackB(block.B.FirstPacked, block.B.Count);
                for (var task = 0; task < rowTasks; task++)
                {
                    block.Multiply(task, 0);
                }
            }
            else
            {
                RunParallel(block, threads, rowTasks, columnTasks);
            }
        }

        ArrayPool<T>.Shared.Return(buffer);
    }

    private static void RunParallel(Block block, int threads, int rowTasks, int columnTasks)
    {
        var parts = Math.Min(threads, block.B.Count - block.B.FirstPacked);
        if (parts > 0)
        {
            var panels = Blocking.Ceiling(block.B.Count - block.B.FirstPacked, parts);
            Parallelism.For(parts, threads, part => block.PackB(
                block.B.FirstPacked + (part * panels), Math.Min(block.B.Count, block.B.FirstPacked + ((part + 1) * panels))));
        }

        Parallelism.For(rowTasks * columnTasks, threads, task => block.Multiply(task % rowTasks, task / rowTasks));
    }

    private static Panels<T> Cut(in MatrixView<T> view, int width, int lastWidth) => new(view, width, lastWidth, Blocking.IsSmall(view));

    /// <summary>One block of depth and of B's columns, over all rows of A.</summary>
    private struct Block
    {
        public MatrixView<T> A;
        public Panels<T> B;
        public T* PackedB;
        public T Alpha;
        public T Beta;
        public T* C;
        public int RowsPerTask;
        public int PanelsPerTask;

        public readonly void PackB(int first, int end)
        {
            for (var panel = first; panel < end; panel++)
            {
                B.Pack(panel, PackedB);
            }
        }

        /// <summary>One block of rows times one group of B's panels.</summary>
        public readonly void Multiply(int rowTask, int columnTask)
        {
            var row = rowTask * RowsPerTask;
            var view = A.Block(row, 0, Math.Min(RowsPerTask, A.Rows - row), A.Columns);
            var panels = view.RowStep == 1 ? Cut(view, TileRows, TLanes.Count) : new Panels<T>(view, TileRows, TLanes.Count, isDirect: false);
            var buffer = ArrayPool<T>.Shared.Rent(panels.PackedLength + AlignedMemory.Slack<T>());
            fixed (T* start = buffer)
            {
                var packed = AlignedMemory.Align(start);
                for (var panel = panels.FirstPacked; panel < panels.Count; panel++)
                {
                    panels.Pack(panel, packed);
                }

                var first = columnTask * PanelsPerTask;
                Multiply(panels, packed, first, Math.Min(B.Count, first + PanelsPerTask), C + row);
            }

            ArrayPool<T>.Shared.Return(buffer);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Multiply(in Panels<T> rows, T* packedA, int firstPanel, int endPanel, T* c)
        {
            var tile = stackalloc T[TileRows * TLanes.Columns];
            for (var j = firstPanel; j < endPanel; j++)
            {
                var b = B.Find(j, PackedB, out var columnStep, out var bStep);
                for (var i = 0; i < rows.Count; i++)
                {
                    var a = rows.Find(i, packedA, out _, out var aStep);
                    var target = c + ((nint)j * TLanes.Columns * A.Rows) + (i * TileRows);
                    int height = rows.RowsOf(i), width = B.RowsOf(j);
                    if (height == rows.WidthOf(i) && width == TLanes.Columns)
                    {
                        Kernel(rows.WidthOf(i), a, aStep, b, bStep, columnStep, Alpha, Beta, target, A.Rows);
                    }
                    else
                    {
                        Kernel(rows.WidthOf(i), a, aStep, b, bStep, columnStep, T.One, T.Zero, tile, TileRows);
                        Update(tile, height, width, target);
                    }
                }
            }
        }

        private readonly void Kernel(int height, T* a, nint aStep, T* b, nint bStep, nint columnStep, T alpha, T beta, T* c, nint cStep)
        {
            if (height == TileRows)
            {
                TileKernel<T, TVector, TLanes>.Run<TwoVectors>(A.Columns, a, aStep, b, bStep, columnStep, alpha, beta, c, cStep);
            }
            else
            {
                TileKernel<T, TVector, TLanes>.Run<OneVector>(A.Columns, a, aStep, b, bStep, columnStep, alpha, beta, c, cStep);
            }
        }

        /// <summary>What the kernel does with a full tile's sums, for the part of a tile that lies within C.</summary>
        private readonly void Update(T* sums, int rows, int columns, T* c)
        {
            for (var j = 0; j < columns; j++)
            {
                for (var i = 0; i < rows; i++)
                {
                    c[i] = Scaling.Update(Alpha, sums[i], Beta, c[i]);
                }

                sums += TileRows;
                c += A.Rows;
            }
        }
    }
}
