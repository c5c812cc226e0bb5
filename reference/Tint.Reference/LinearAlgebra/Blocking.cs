namespace Tint.Reference.LinearAlgebra;

/// <summary>The sizes of the blocks that a product is cut into.</summary>
/// <remarks>
/// Depth blocks depend on the product's depth and type alone, never on threads or vector width: they fix the order of the sums.
/// </remarks>
internal static class Blocking
{
    /// <summary>Floating-point operations below which a product stays on the calling thread: about what waking another costs.</summary>
    public const long SerialOperations = 2_000_000;

    /// <summary>Columns up to which a product with a large matrix does better without tiles: measured from 1 to 8.</summary>
    private const int NarrowColumns = 3;

    /// <summary>Bytes of a packed block of A: well within a second-level cache of 512 KB or more.</summary>
    private const int RowBlockBytes = 384 * 1024;

    /// <summary>Terms of a sum between two visits to C: two panels of this depth share a first-level cache.</summary>
    private const int Depth = 256;

    /// <summary>Tiles along the rows of C up to which packing B costs more than it saves.</summary>
    public const int DirectTiles = 4;

    /// <summary>Columns of a packed block of B: at most 8 MB of float64 at full depth, within a third-level cache.</summary>
    private const int Columns = 4096;

    /// <summary>Bytes up to which an operand is small enough to be read where it lies, unpacked.</summary>
    private const int DirectBytes = 32 * 1024;

    /// <summary>The depth of every block but the last: the least number of blocks, as equal as can be.</summary>
    public static int DepthOf(int depth) => Split(depth, Depth, 1);

    /// <summary>The columns of every block of B but the last, a multiple of <paramref name="tile"/>.</summary>
    public static int ColumnsOf(int columns, int tile) => Split(columns, Columns, tile);

    /// <summary>The rows of every block of A but the last, a multiple of <paramref name="tile"/>, at least one block a thread.</summary>
    public static int RowsOf<T>(int rows, int depth, int tile, int threads)
        where T : unmanaged
    {
        unsafe
        {
            var most = Math.Max(tile, RowBlockBytes / (depth * sizeof(T)));
            var blocks = Ceiling(Ceiling(rows, most), threads) * threads;
            return Split(rows, Math.Max(tile, Ceiling(rows, blocks)), tile);
        }
    }

    /// <summary>The columns of a panel: as equal as can be, at most <paramref name="most"/>.</summary>
    public static int PanelOf(int columns, int most) => Split(columns, most, 1);

    /// <summary>Whether <paramref name="view"/> is small enough to be read unpacked.</summary>
    public static bool IsSmall<T>(in MatrixView<T> view)
        where T : unmanaged
    {
        unsafe
        {
            return (long)view.Rows * view.Columns * sizeof(T) <= DirectBytes;
        }
    }

    /// <summary>Whether a product with <paramref name="matrix"/> on the left has so few columns that reading the matrix is what it costs.</summary>
    public static bool IsNarrow<T>(in MatrixView<T> matrix, int columns)
        where T : unmanaged =>
        columns == 1 || (columns <= NarrowColumns && !IsSmall(matrix));

    /// <summary>⌈x / y⌉.</summary>
    public static int Ceiling(int x, int y) => (x + y - 1) / y;

    private static int Split(int size, int most, int multiple)
    {
        var blocks = Math.Max(1, Ceiling(size, most));
        return Ceiling(Ceiling(size, blocks), multiple) * multiple;
    }
}
