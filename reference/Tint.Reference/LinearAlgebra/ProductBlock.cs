using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Tint.Reference.LinearAlgebra;

/// <summary>One block of depth and of B's columns over all rows of A, as tasks that can run side by side.</summary>
internal readonly unsafe struct ProductBlock<T, TVector, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : struct
    where TLanes : struct, ILanes<TVector, T>
{
    private readonly MatrixView<T> _a;
    private readonly T _alpha;
    private readonly T _beta;
    private readonly T* _c;
    private readonly int _rowsPerTask;
    private readonly int _panelsPerTask;

    /// <summary>Cuts the block into tasks, at least one a thread if that is possible.</summary>
    public ProductBlock(in MatrixView<T> a, in MatrixView<T> b, T alpha, T beta, T* c, int threads)
    {
        _a = a;
        _alpha = alpha;
        _beta = beta;
        _c = c;
        var columns = b.Transposed;
        ColumnPanels = new Panels<T>(columns, Blocking.PanelOf(b.Columns, TLanes.Columns), 1, a.Rows > Blocking.DirectTiles * TileRows && !Blocking.IsSmall(columns));
        _rowsPerTask = Blocking.RowsOf<T>(a.Rows, a.Columns, TileRows, threads);
        RowTasks = Blocking.Ceiling(a.Rows, _rowsPerTask);
        _panelsPerTask = Blocking.Ceiling(ColumnPanels.Count, Blocking.Ceiling(threads, RowTasks));
        ColumnTasks = Blocking.Ceiling(ColumnPanels.Count, _panelsPerTask);
    }

    /// <summary>B's columns.</summary>
    public Panels<T> ColumnPanels { get; }

    /// <summary>Tasks along the rows of C.</summary>
    public int RowTasks { get; }

    /// <summary>Tasks along the columns of C.</summary>
    public int ColumnTasks { get; }

    private static int TileRows => 2 * TLanes.Count;

    /// <summary>Runs one of <see cref="RowTasks"/> · <see cref="ColumnTasks"/> tasks.</summary>
    /// <param name="task">Which one.</param>
    /// <param name="packedColumns">B's columns if they are packed.</param>
    public void Multiply(int task, T* packedColumns)
    {
        int row = task % RowTasks * _rowsPerTask, panel = task / RowTasks * _panelsPerTask;
        int endPanel = Math.Min(ColumnPanels.Count, panel + _panelsPerTask);
        var view = _a.Block(row, 0, Math.Min(_rowsPerTask, _a.Rows - row), _a.Columns);
        var panels = new Panels<T>(view, TileRows, TLanes.Count, view.RowStep != 1 || !Blocking.IsSmall(view));
        if (panels.PackedLength == 0)
        {
            Multiply(panels, null, panel, endPanel, packedColumns, _c + row);
            return;
        }

        var buffer = ArrayPool<T>.Shared.Rent(panels.PackedLength + AlignedMemory.Slack<T>());
        fixed (T* start = buffer)
        {
            var packed = AlignedMemory.Align(start);
            panels.Pack(0, panels.Count, packed);
            Multiply(panels, packed, panel, endPanel, packedColumns, _c + row);
        }

        ArrayPool<T>.Shared.Return(buffer);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(in Panels<T> rowPanels, T* packedRows, int panel, int endPanel, T* packedColumns, T* c)
    {
        var sums = stackalloc T[rowPanels.IsPadded ? TLanes.Count * TLanes.Columns : 0];
        for (; panel < endPanel; panel++)
        {
            var b = ColumnPanels.Find(panel, packedColumns, out var column, out var columns);
            for (var i = 0; i < rowPanels.Count; i++)
            {
                var a = rowPanels.Find(i, packedRows, out var row, out var rows);
                var target = c + row + ((nint)column * _a.Rows);
                if (rowPanels.IsPadded)
                {
                    TileKernel<T, TVector, TLanes>.Run(rows, columns, _a.Columns, a, b, T.One, T.Zero, sums, TLanes.Count);
                    Update(sums, rowPanels.Rows, columns, target);
                }
                else
                {
                    TileKernel<T, TVector, TLanes>.Run(rows, columns, _a.Columns, a, b, _alpha, _beta, target, _a.Rows);
                }
            }
        }
    }

    /// <summary>What the kernel does with its sums, for the rows of a padded tile that lie within C.</summary>
    private void Update(T* sums, int rows, int columns, T* c)
    {
        for (var j = 0; j < columns; j++)
        {
            for (var i = 0; i < rows; i++)
            {
                c[i] = Scaling.Update(_alpha, sums[i], _beta, c[i]);
            }

            sums += TLanes.Count;
            c += _a.Rows;
        }
    }
}
