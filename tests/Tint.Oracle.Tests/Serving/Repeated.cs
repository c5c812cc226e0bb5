namespace Tint.Oracle.Tests.Serving;

/// <summary>A stream of messages that are made when they are read, so that a long one takes no memory.</summary>
internal sealed class Repeated(int count, Func<byte[]> make, byte[] last) : Stream
{
    private int _left = count;
    private byte[] _current = [];
    private int _at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_at == _current.Length)
        {
            if (_left < 0)
            {
                return 0;
            }

            (_current, _at) = (_left-- > 0 ? make() : [(byte)'\n', .. last], 0);
        }

        var step = Math.Min(buffer.Length, _current.Length - _at);
        _current.AsSpan(_at, step).CopyTo(buffer);
        _at += step;
        return step;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
