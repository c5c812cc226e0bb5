using System.Text;

namespace Tint.Oracle.Tests.Serving;

/// <summary>A stream that keeps the last of what is written to it.</summary>
internal sealed class CountingStream : MemoryStream
{
    private const int Kept = 1 << 16;

    /// <summary>The end of what was written.</summary>
    public string Tail => Encoding.UTF8.GetString(ToArray());

    public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);

    public override void Write(byte[] buffer, int offset, int count)
    {
        if (Length > Kept)
        {
            SetLength(0);
        }

        base.Write(buffer, offset, count);
    }
}
