using System.Numerics;

namespace Tint.Reference.LinearAlgebra;

/// <summary>Entry-by-entry operations on whole arrays, with the machine's vectors and threads. A result array may be one of the operands.</summary>
/// <remarks>An entry goes through the operations of Math.NET's managed provider in its order, so the bits are the same.</remarks>
internal static class ElementwiseArrays<T>
    where T : unmanaged, INumberBase<T>
{
    /// <summary>An operation on two entries, alone and in a vector.</summary>
    internal interface IOperation
    {
        public static abstract T Of(T x, T y);

        public static abstract Vector<T> Of(Vector<T> x, Vector<T> y);
    }

    /// <summary>result ← x ∘ y, entry by entry.</summary>
    /// <exception cref="ArgumentNullException">An array is null.</exception>
    /// <exception cref="ArgumentException">The arrays have different lengths.</exception>
    public static void Combine<TOperation>(T[] x, T[] y, T[] result)
        where TOperation : struct, IOperation
    {
        CheckLengths(x, y, result);
        Parallelism.ForRanges(result.Length, 1, (from, to) =>
        {
            var i = from;
            for (; i <= to - Vector<T>.Count; i += Vector<T>.Count)
            {
                TOperation.Of(new Vector<T>(x, i), new Vector<T>(y, i)).CopyTo(result, i);
            }

            for (; i < to; i++)
            {
                result[i] = TOperation.Of(x[i], y[i]);
            }
        });
    }

    /// <summary>result ← α·x; zeros whatever x holds if α = 0, and x itself if α = 1.</summary>
    /// <exception cref="ArgumentNullException">An array is null.</exception>
    /// <exception cref="ArgumentException">The arrays have different lengths.</exception>
    public static void Scale(T alpha, T[] x, T[] result)
    {
        CheckLengths(x, x, result);
        if (alpha == T.Zero)
        {
            Array.Clear(result);
            return;
        }

        Parallelism.ForRanges(result.Length, 1, (from, to) =>
        {
            var i = from;
            for (; i <= to - Vector<T>.Count; i += Vector<T>.Count)
            {
                (new Vector<T>(x, i) * alpha).CopyTo(result, i);
            }

            for (; i < to; i++)
            {
                result[i] = alpha * x[i];
            }
        });
    }

    /// <summary>result ← y + α·x, with two roundings; y itself whatever x holds if α = 0.</summary>
    /// <exception cref="ArgumentNullException">An array is null.</exception>
    /// <exception cref="ArgumentException">The arrays have different lengths.</exception>
    public static void AddScaled(T[] y, T alpha, T[] x, T[] result)
    {
        CheckLengths(y, x, result);
        if (alpha == T.Zero)
        {
            Array.Copy(y, result, result.Length);
            return;
        }

        Parallelism.ForRanges(result.Length, 1, (from, to) =>
        {
            var i = from;
            for (; i <= to - Vector<T>.Count; i += Vector<T>.Count)
            {
                (new Vector<T>(y, i) + (new Vector<T>(x, i) * alpha)).CopyTo(result, i);
            }

            for (; i < to; i++)
            {
                result[i] = y[i] + (alpha * x[i]);
            }
        });
    }

    private static void CheckLengths(T[] x, T[] y, T[] result)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(result);
        if (x.Length != y.Length || x.Length != result.Length)
        {
            throw new ArgumentException($"arrays of {x.Length}, {y.Length} and {result.Length} entries have no entries that belong together");
        }
    }

    /// <summary>x + y.</summary>
    internal readonly struct Sum : IOperation
    {
        public static T Of(T x, T y) => x + y;

        public static Vector<T> Of(Vector<T> x, Vector<T> y) => x + y;
    }

    /// <summary>x − y.</summary>
    internal readonly struct Difference : IOperation
    {
        public static T Of(T x, T y) => x - y;

        public static Vector<T> Of(Vector<T> x, Vector<T> y) => x - y;
    }

    /// <summary>x·y.</summary>
    internal readonly struct Product : IOperation
    {
        public static T Of(T x, T y) => x * y;

        public static Vector<T> Of(Vector<T> x, Vector<T> y) => x * y;
    }

    /// <summary>x / y.</summary>
    internal readonly struct Quotient : IOperation
    {
        public static T Of(T x, T y) => x / y;

        public static Vector<T> Of(Vector<T> x, Vector<T> y) => x / y;
    }
}
