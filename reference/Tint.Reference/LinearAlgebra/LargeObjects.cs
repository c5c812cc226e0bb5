namespace Tint.Reference.LinearAlgebra;

/// <summary>
/// Keeps the peak memory of a pass near what it holds. Matrices of a full-size model live on the large-object heap, which only full
/// collections sweep, and the runtime puts these off while the machine has memory to spare; between blocks almost all of it is garbage.
/// </summary>
internal static class LargeObjects
{
    /// <summary>The allocation after which a full collection pays for itself: its cost is that of a few objects, not of their bytes.</summary>
    private const long Interval = 1L << 30;

    private static long _collected;

    /// <summary>Collects, if a gibibyte or more was allocated since the last time; small models never get there between two blocks.</summary>
    public static void Relieve()
    {
        var allocated = GC.GetTotalAllocatedBytes();
        var last = Interlocked.Read(ref _collected);
        if (allocated - last > Interval && Interlocked.CompareExchange(ref _collected, allocated, last) == last)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
        }
    }
}
