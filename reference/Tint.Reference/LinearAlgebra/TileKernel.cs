using System.Numerics;
using System.Runtime.CompilerServices;
using static Tint.Reference.LinearAlgebra.TileShapes;

namespace Tint.Reference.LinearAlgebra;

/// <summary>
/// The innermost product: a tile of C, one or two vectors of rows by up to 8 columns, kept in registers over the whole depth.
/// </summary>
/// <remarks>
/// Every entry is one chain of fused multiply-adds in order of depth, started at 0, then C ← α·sum + β·C fused likewise; so an entry's bits
/// depend neither on the tile that it falls in nor on the vector width. With β = 0, C is not read.
/// </remarks>
internal static unsafe class TileKernel<T, TVector, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : struct
    where TLanes : struct, ILanes<TVector, T>
{
    /// <summary>
    /// Updates a tile of C, in which columns are <paramref name="cStep"/> apart: <paramref name="rows"/> rows, between one vector and two
    /// (in between, the two overlap), by <paramref name="columns"/> columns.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(int rows, int columns, int depth, PanelAddress<T> a, PanelAddress<T> b, T alpha, T beta, T* c, nint cStep)
    {
        if (rows == TLanes.Count)
        {
            Run<OneVector>(columns, 0, depth, a, b, alpha, beta, c, cStep);
        }
        else
        {
            Run<TwoVectors>(columns, rows - TLanes.Count, depth, a, b, alpha, beta, c, cStep);
        }
    }

    private static void Run<THeight>(
        int columns, nint second, int depth, PanelAddress<T> a, PanelAddress<T> b, T alpha, T beta, T* c, nint cStep)
        where THeight : struct, ITileHeight
    {
        switch (columns)
        {
            case 1:
                Run<THeight, Columns1>(second, depth, a, b, alpha, beta, c, cStep);
                break;
            case 2:
                Run<THeight, Columns2>(second, depth, a, b, alpha, beta, c, cStep);
                break;
            case 3:
                Run<THeight, Columns3>(second, depth, a, b, alpha, beta, c, cStep);
                break;
            case 4:
                Run<THeight, Columns4>(second, depth, a, b, alpha, beta, c, cStep);
                break;
            case 5:
                Run<THeight, Columns5>(second, depth, a, b, alpha, beta, c, cStep);
                break;
            case 6:
                Run<THeight, Columns6>(second, depth, a, b, alpha, beta, c, cStep);
                break;
            case 7:
                Run<THeight, Columns7>(second, depth, a, b, alpha, beta, c, cStep);
                break;
            default:
                Run<THeight, Columns8>(second, depth, a, b, alpha, beta, c, cStep);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<THeight, TWidth>(
        nint second, int depth, PanelAddress<T> panelA, PanelAddress<T> panelB, T alpha, T beta, T* c, nint cStep)
        where THeight : struct, ITileHeight
        where TWidth : struct, ITileWidth
    {
        TVector zero = TLanes.Broadcast(T.Zero), x0, x1;
        TVector c00 = zero, c01 = zero, c02 = zero, c03 = zero, c04 = zero, c05 = zero, c06 = zero, c07 = zero;
        TVector c10 = zero, c11 = zero, c12 = zero, c13 = zero, c14 = zero, c15 = zero, c16 = zero, c17 = zero;
        T* a = panelA.Data, b = panelB.Data, d = b + (4 * panelB.RowStep);
        nint aStep = panelA.TermStep, bStep = panelB.TermStep;
        nint column = panelB.RowStep, column2 = 2 * column, column3 = 3 * column;
        for (; depth > 0; depth--)
        {
            x0 = TLanes.Load(a);
            x1 = THeight.IsTwo ? TLanes.Load(a + second) : zero;
            Add<THeight>(TWidth.Columns > 0, x0, x1, b, ref c00, ref c10);
            Add<THeight>(TWidth.Columns > 1, x0, x1, b + column, ref c01, ref c11);
            Add<THeight>(TWidth.Columns > 2, x0, x1, b + column2, ref c02, ref c12);
            Add<THeight>(TWidth.Columns > 3, x0, x1, b + column3, ref c03, ref c13);
            Add<THeight>(TWidth.Columns > 4, x0, x1, d, ref c04, ref c14);
            Add<THeight>(TWidth.Columns > 5, x0, x1, d + column, ref c05, ref c15);
            Add<THeight>(TWidth.Columns > 6, x0, x1, d + column2, ref c06, ref c16);
            Add<THeight>(TWidth.Columns > 7, x0, x1, d + column3, ref c07, ref c17);
            a += aStep;
            b += bStep;
            d += bStep;
        }

        Update<THeight>(TWidth.Columns > 0, second, alpha, beta, c, c00, c10);
        Update<THeight>(TWidth.Columns > 1, second, alpha, beta, c + cStep, c01, c11);
        Update<THeight>(TWidth.Columns > 2, second, alpha, beta, c + (2 * cStep), c02, c12);
        Update<THeight>(TWidth.Columns > 3, second, alpha, beta, c + (3 * cStep), c03, c13);
        Update<THeight>(TWidth.Columns > 4, second, alpha, beta, c + (4 * cStep), c04, c14);
        Update<THeight>(TWidth.Columns > 5, second, alpha, beta, c + (5 * cStep), c05, c15);
        Update<THeight>(TWidth.Columns > 6, second, alpha, beta, c + (6 * cStep), c06, c16);
        Update<THeight>(TWidth.Columns > 7, second, alpha, beta, c + (7 * cStep), c07, c17);
    }

    /// <summary>One term of one column's sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<THeight>(bool isUsed, TVector x0, TVector x1, T* b, ref TVector sum0, ref TVector sum1)
        where THeight : struct, ITileHeight
    {
        if (isUsed)
        {
            var y = TLanes.Broadcast(*b);
            sum0 = TLanes.MultiplyAdd(x0, y, sum0);
            sum1 = THeight.IsTwo ? TLanes.MultiplyAdd(x1, y, sum1) : sum1;
        }
    }

    /// <summary>One column of C. Both vectors are read before either is written, since they may overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Update<THeight>(bool isUsed, nint second, T alpha, T beta, T* c, TVector sum0, TVector sum1)
        where THeight : struct, ITileHeight
    {
        if (isUsed)
        {
            TVector scale = TLanes.Broadcast(alpha), old = TLanes.Broadcast(beta), next0, next1 = sum1;
            if (beta == T.Zero)
            {
                next0 = TLanes.Multiply(scale, sum0);
                next1 = THeight.IsTwo ? TLanes.Multiply(scale, sum1) : next1;
            }
            else
            {
                next0 = TLanes.MultiplyAdd(scale, sum0, TLanes.Multiply(old, TLanes.Load(c)));
                next1 = THeight.IsTwo ? TLanes.MultiplyAdd(scale, sum1, TLanes.Multiply(old, TLanes.Load(c + second))) : next1;
            }

            TLanes.Store(c, next0);
            if (THeight.IsTwo)
            {
                TLanes.Store(c + second, next1);
            }
        }
    }
}
