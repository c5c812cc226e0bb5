using System.Buffers.Binary;
using System.Text;

namespace Tint.Fixtures.Tests.Helpers;

/// <summary>Files put together byte by byte, so that they can break any rule of the format.</summary>
internal static class RawFile
{
    public static void Write(string path, string header, params byte[] data) => Write(path, Encoding.UTF8.GetBytes(header), data);

    public static void Write(string path, byte[] header, params byte[] data)
    {
        var length = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        File.WriteAllBytes(path, [.. length, .. header, .. data]);
    }
}
