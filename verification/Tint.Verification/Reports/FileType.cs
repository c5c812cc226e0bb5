using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Tint.Verification.Reports;

/// <summary>Whether a path is a regular file, which .NET does not tell from a device or a pipe.</summary>
internal static class FileType
{
    // Of Linux's statx, whose structure is the same on every processor: the current folder, the type alone, its place, its mask, and a regular file.
    private const int CurrentFolder = -100;
    private const uint TypeOnly = 1;
    private const int ModeOffset = 28;
    private const int StructureSize = 256;
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;

    private const string Devices = "/dev/";

    /// <summary>Whether what exists at a path is a regular file; links are followed.</summary>
    public static bool IsRegular(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                var buffer = new byte[StructureSize];
                if (Statx(CurrentFolder, [.. Encoding.UTF8.GetBytes(path), 0], 0, TypeOnly, buffer) == 0)
                {
                    return (BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(ModeOffset)) & TypeMask) == Regular;
                }
            }
            catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
            {
                // A C library without the call: the name has to do.
            }
        }

        return !path.StartsWith(Devices, StringComparison.Ordinal);
    }

    [DllImport("libc", EntryPoint = "statx")]
    private static extern int Statx(int folder, byte[] path, int flags, uint mask, byte[] result);
}
