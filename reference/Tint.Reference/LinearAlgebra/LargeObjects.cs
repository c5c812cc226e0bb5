namespace Tint.Reference.LinearAlgebra;

/// <summary>
/// Keeps the peak memory of a pass near what it holds. Matrices of a full-size model live on the large-object heap, which only full
/// collections sweep, and the runtime puts these off while the machine has memory to spare; yet most of a block's matrices are garbage soon
/// after they were made, and memory that is used again is in the caches and needs no new pages.
/// </summary>
internal static class LargeObjects
{
    /// <summary>The allocation after which a full collection pays for itself: its cost is that of a few objects, not of their bytes.</summary>
    private const long Interval = 1L << 28;

    /// <summary>Entries from which an array is one of a full-size model; small models never allocate such, and never collect here.</summary>
    private const int LeastLength = 1 << 17;

    private static long _collected;

    /// <summary>An array that holds whatever its memory held, for a result that is written in full.</summary>
    public static double[] Uninitialized(int length)
    {
        if (length >= LeastLength)
        {
            Relieve();
        }

        return GC.AllocateUninitializedArray<double>(length);
    }

    private static void Relieve()
    {
        var allocated = GC.GetTotalAllocatedBytes();
        var last = Interlocked.Read(ref _collected);
        if (allocated - last > Interval && Interlocked.CompareExchange(ref _collected, allocated, last) == last)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
        }
    }
}
