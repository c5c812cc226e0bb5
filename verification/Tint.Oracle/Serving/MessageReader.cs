using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tint.Fixtures;

namespace Tint.Oracle.Serving;

/// <summary>
/// Reads messages from a stream of bytes: a line of JSON, and as many bytes behind it as its field <c>bytes</c> says. What is no message is one refusal and is
/// skipped up to the end of its line.
/// </summary>
internal sealed class MessageReader(Stream stream, ServeLimits limits)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    /// <summary>The next message: its header and body, or what is wrong with it; null at the end of the stream.</summary>
    public (JsonObject? Header, byte[] Body, string? Problem)? Next()
    {
        if (Line() is not { } line)
        {
            return null;
        }

        if (line.Problem is not null)
        {
            return (null, [], line.Problem);
        }

        JsonObject header;
        try
        {
            header = JsonNode.Parse(Strict.GetString(line.Bytes), documentOptions: new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false }) as JsonObject
                ?? throw new JsonException("not an object");
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            // What is no JSON, not in UTF-8, or has a key twice.
            return (null, [], $"a message must begin with a line that is a JSON object; got '{Printable.Text(Encoding.UTF8.GetString(line.Bytes))}'");
        }

        long length = 0;
        if (header["bytes"] is { } field && !(field is JsonValue value && value.TryGetValue(out length) && length >= 0))
        {
            return (header, [], "'bytes' must be the length of what follows the header line, a whole number of 0 or more");
        }

        if (length > limits.BodyBytes)
        {
            Skip(length);
            return (header, [], $"a message's tensors must be at most {limits.BodyBytes} bytes; got {length}");
        }

        var body = new byte[length];
        return Fill(body) ? (header, body, null) : (header, [], $"a message must be whole; the stream ended before its {length} bytes did");
    }

    /// <summary>The next line that is not empty; null at the end of the stream.</summary>
    private (byte[] Bytes, string? Problem)? Line()
    {
        var line = new List<byte>();
        var isTooLong = false;
        while (true)
        {
            if (_start == _end && !Refill())
            {
                return line.Count == 0 && !isTooLong ? null : Ended();
            }

            var end = Array.IndexOf(_buffer, (byte)'\n', _start, _end - _start);
            var stop = end < 0 ? _end : end;
            if (line.Count + stop - _start > limits.HeaderBytes)
            {
                isTooLong = true;
                line.Clear();
            }
            else if (!isTooLong)
            {
                line.AddRange(_buffer.AsSpan(_start, stop - _start));
            }

            _start = end < 0 ? stop : stop + 1;
            if (end >= 0 && (isTooLong || line.Exists(letter => letter is not ((byte)' ' or (byte)'\r' or (byte)'\t'))))
            {
                return Ended();
            }

            if (end >= 0)
            {
                line.Clear();
            }
        }

        (byte[], string?) Ended() => isTooLong ? ([], $"a header line must be at most {limits.HeaderBytes} bytes") : ([.. line], null);
    }

    private bool Fill(byte[] body)
    {
        var done = Math.Min(body.Length, _end - _start);
        _buffer.AsSpan(_start, done).CopyTo(body);
        _start += done;
        return stream.ReadAtLeast(body.AsSpan(done), body.Length - done, throwOnEndOfStream: false) == body.Length - done;
    }

    private void Skip(long length)
    {
        while (length > 0 && (_start < _end || Refill()))
        {
            var step = (int)Math.Min(length, _end - _start);
            _start += step;
            length -= step;
        }
    }

    private bool Refill()
    {
        (_start, _end) = (0, stream.Read(_buffer));
        return _end > 0;
    }
}
