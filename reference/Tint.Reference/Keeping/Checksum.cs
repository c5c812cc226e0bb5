using System.Numerics;
using System.Runtime.InteropServices;

namespace Tint.Reference.Keeping;

/// <summary>CRC-32C, of which processors compute eight bytes at a time.</summary>
internal static class Checksum
{
    /// <summary>The checksum of some bytes after those that gave <paramref name="before"/>.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes, uint before)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            before = BitOperations.Crc32C(before, word);
        }

        foreach (var rest in bytes[(words.Length * sizeof(ulong))..])
        {
            before = BitOperations.Crc32C(before, rest);
        }

        return before;
    }
}
