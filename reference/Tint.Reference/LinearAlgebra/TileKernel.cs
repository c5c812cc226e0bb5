using System.Numerics;
using System.Runtime.CompilerServices;

namespace Tint.Reference.LinearAlgebra;

/// <summary>
/// The innermost product: a tile of C, one or two vectors of rows by <see cref="ILanes{TVector, T}.Columns"/> columns, kept in registers
/// over the whole depth.
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
    /// <summary>Updates one tile.</summary>
    /// <param name="depth">Terms of every sum.</param>
    /// <param name="a">The first vector of A's rows; contiguous along rows.</param>
    /// <param name="aStep">From one depth to the next in A.</param>
    /// <param name="b">B's entry at the tile's first column.</param>
    /// <param name="bStep">From one depth to the next in B.</param>
    /// <param name="column">From one column to the next in B.</param>
    /// <param name="alpha">α.</param>
    /// <param name="beta">β.</param>
    /// <param name="c">The tile's first entry; contiguous along rows.</param>
    /// <param name="cStep">From one column to the next in C.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<THeight>(int depth, T* a, nint aStep, T* b, nint bStep, nint column, T alpha, T beta, T* c, nint cStep)
        where THeight : struct, ITileHeight
    {
        TVector zero = TLanes.Broadcast(T.Zero), x0, x1 = zero, y;
        TVector c00 = zero, c01 = zero, c02 = zero, c03 = zero, c04 = zero, c05 = zero, c06 = zero, c07 = zero;
        TVector c10 = zero, c11 = zero, c12 = zero, c13 = zero, c14 = zero, c15 = zero, c16 = zero, c17 = zero;
        nint column2 = 2 * column, column3 = 3 * column;
        var d = b + (4 * column);
        for (; depth > 0; depth--)
        {
            x0 = TLanes.Load(a);
            x1 = THeight.IsTwo ? TLanes.Load(a + TLanes.Count) : zero;
            y = TLanes.Broadcast(*b);
            c00 = TLanes.MultiplyAdd(x0, y, c00);
            c10 = THeight.IsTwo ? TLanes.MultiplyAdd(x1, y, c10) : c10;
            y = TLanes.Broadcast(b[column]);
            c01 = TLanes.MultiplyAdd(x0, y, c01);
            c11 = THeight.IsTwo ? TLanes.MultiplyAdd(x1, y, c11) : c11;
            y = TLanes.Broadcast(b[column2]);
            c02 = TLanes.MultiplyAdd(x0, y, c02);
            c12 = THeight.IsTwo ? TLanes.MultiplyAdd(x1, y, c12) : c12;
            y = TLanes.Broadcast(b[column3]);
            c03 = TLanes.MultiplyAdd(x0, y, c03);
            c13 = THeight.IsTwo ? TLanes.MultiplyAdd(x1, y, c13) : c13;

            if (TLanes.Columns > 4)
            {
                y = TLanes.Broadcast(*d);
                c04 = TLanes.MultiplyAdd(x0, y, c04);
                c14 = THeight.IsTwo ? TLanes.MultiplyAdd(x1, y, c14) : c14;
                y = TLanes.Broadcast(d[column]);
                c05 = TLanes.MultiplyAdd(x0, y, c05);
                c15 = THeight.IsTwo ? TLanes.MultiplyAdd(x1, y, c15) : c15;
            }

            if (TLanes.Columns > 6)
            {
                y = TLanes.Broadcast(d[column2]);
                c06 = TLanes.MultiplyAdd(x0, y, c06);
                c16 = THeight.IsTwo ? TLanes.MultiplyAdd(x1, y, c16) : c16;
                y = TLanes.Broadcast(d[column3]);
                c07 = TLanes.MultiplyAdd(x0, y, c07);
                c17 = THeight.IsTwo ? TLanes.MultiplyAdd(x1, y, c17) : c17;
            }

            a += aStep;
            b += bStep;
            d += bStep;
        }

        Update<THeight>(c, alpha, beta, c00, c10);
        Update<THeight>(c + cStep, alpha, beta, c01, c11);
        Update<THeight>(c + (2 * cStep), alpha, beta, c02, c12);
        Update<THeight>(c + (3 * cStep), alpha, beta, c03, c13);
        if (TLanes.Columns > 4)
        {
            Update<THeight>(c + (4 * cStep), alpha, beta, c04, c14);
            Update<THeight>(c + (5 * cStep), alpha, beta, c05, c15);
        }

        if (TLanes.Columns > 6)
        {
            Update<THeight>(c + (6 * cStep), alpha, beta, c06, c16);
            Update<THeight>(c + (7 * cStep), alpha, beta, c07, c17);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Update<THeight>(T* c, T alpha, T beta, TVector sum0, TVector sum1)
        where THeight : struct, ITileHeight
    {
        var scale = TLanes.Broadcast(alpha);
        if (beta == T.Zero)
        {
            TLanes.Store(c, TLanes.Multiply(scale, sum0));
            if (THeight.IsTwo)
            {
                TLanes.Store(c + TLanes.Count, TLanes.Multiply(scale, sum1));
            }
        }
        else
        {
            var old = TLanes.Broadcast(beta);
            TLanes.Store(c, TLanes.MultiplyAdd(scale, sum0, TLanes.Multiply(old, TLanes.Load(c))));
            if (THeight.IsTwo)
            {
                TLanes.Store(c + TLanes.Count, TLanes.MultiplyAdd(scale, sum1, TLanes.Multiply(old, TLanes.Load(c + TLanes.Count))));
            }
        }
    }
}
