using System.Numerics;
using System.Runtime.CompilerServices;

namespace Tint.Reference.LinearAlgebra;

/// <summary>Packing: rows of op(A) or columns of op(B) copied so that the tile kernel reads them in order.</summary>
internal static unsafe class PanelPacking
{
    /// <summary>
    /// Copies <paramref name="source"/> to <paramref name="target"/>[column · <paramref name="width"/> + row], rows from its own number to
    /// the width set to 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack<T>(in MatrixView<T> source, int width, T* target)
        where T : unmanaged
    {
        int count = source.Rows, depth = source.Columns;
        if (count < width)
        {
            new Span<T>(target, width * depth).Clear();
        }

        if (source.RowStep == 1)
        {
            for (var k = 0; k < depth; k++)
            {
                Copy(source.At(0, k), count, target + ((nint)k * width));
            }
        }
        else
        {
            PackStrided(source.Data, source.RowStep, depth, count, width, target);
        }
    }

    /// <summary>Copies <paramref name="count"/> contiguous scalars.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy<T>(T* source, int count, T* target)
        where T : unmanaged
    {
        var i = 0;
        for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
        {
            *(Vector<T>*)(target + i) = *(Vector<T>*)(source + i);
        }

        for (; i < count; i++)
        {
            target[i] = source[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackStrided<T>(T* source, nint step, int depth, int count, int width, T* target)
        where T : unmanaged
    {
        var i = 0;
        for (; i <= count - 4; i += 4)
        {
            T* s0 = source + (i * step), s1 = s0 + step, s2 = s1 + step, s3 = s2 + step, to = target + i;
            for (var k = 0; k < depth; k++)
            {
                to[0] = s0[k];
                to[1] = s1[k];
                to[2] = s2[k];
                to[3] = s3[k];
                to += width;
            }
        }

        for (; i < count; i++)
        {
            T* s = source + (i * step), to = target + i;
            for (var k = 0; k < depth; k++)
            {
                *to = s[k];
                to += width;
            }
        }
    }
}
