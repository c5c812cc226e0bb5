using System.Buffers.Binary;

namespace Tint.Oracle.Answers;

/// <summary>Whether a file is a ZIP archive from its first byte to its last: what is none, is cut off or goes on is told apart before anything is read from it.</summary>
/// <remarks>Source: the ZIP format's end of central directory record, "PK" 5 6, 22 bytes of which the last two are the length of a comment.</remarks>
internal static class ArchiveEnd
{
    private const int RecordLength = 22;

    /// <summary>What is wrong with the file as a whole; null where it begins and ends as an archive does.</summary>
    /// <param name="stream">The file; it stands at its beginning again afterwards.</param>
    /// <param name="file">The file's name, for complaints.</param>
    public static (AnswerFault Fault, string Words)? Fault(Stream stream, string file)
    {
        var start = Read(stream, 0, 2);
        var tail = Read(stream, Math.Max(0, stream.Length - RecordLength - ushort.MaxValue), RecordLength + ushort.MaxValue);
        stream.Position = 0;
        if (!"PK"u8.StartsWith(start))
        {
            return (AnswerFault.Unreadable, $"{file} is no .npz archive: it does not begin with a ZIP file's bytes PK");
        }

        var at = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        var behind = at < 0 || tail.Length - at < RecordLength ? -1
            : tail.Length - at - RecordLength - BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(at + RecordLength - 2));
        return behind < 0 ? (AnswerFault.HalfWritten, $"{file} is no whole .npz archive: its end is missing")
            : behind > 0 ? (AnswerFault.Unreadable, $"{file} goes on for {behind} bytes behind the archive's end")
            : null;
    }

    private static byte[] Read(Stream stream, long from, int most)
    {
        stream.Position = from;
        var bytes = new byte[Math.Min(most, stream.Length - from)];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
