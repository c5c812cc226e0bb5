using System.Numerics;

namespace Tint.Reference.Cuda.Memory;

/// <summary>The sizes of pooled blocks: 4, 5, 6 and 7 times a power of two, so that a block is at most a quarter larger than asked for.</summary>
internal static class SizeClasses
{
    private const long Smallest = 256;

    /// <summary>The least class that holds <paramref name="bytes"/>.</summary>
    public static long Of(long bytes)
    {
        if (bytes <= Smallest)
        {
            return Smallest;
        }

        var step = 1L << (BitOperations.Log2((ulong)(bytes - 1)) - 2);
        return (bytes + step - 1) / step * step;
    }
}
