namespace Tint.Reference.LinearAlgebra;

/// <summary>Addresses at the start of a cache line within a larger array.</summary>
internal static unsafe class AlignedMemory
{
    private const int LineBytes = 64;

    /// <summary>Scalars to rent on top, so that an aligned address with as many as needed behind it exists.</summary>
    public static int Slack<T>()
        where T : unmanaged => LineBytes / sizeof(T);

    /// <summary>The first aligned address from <paramref name="start"/> on.</summary>
    public static T* Align<T>(T* start)
        where T : unmanaged => (T*)(((nuint)start + LineBytes - 1) & ~(nuint)(LineBytes - 1));
}
