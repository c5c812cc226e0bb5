using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Tint.Fixtures;

namespace Tint.Oracle.Answers;

/// <summary>
/// Reads NumPy's <c>.npy</c>: magic, version, a Python dictionary of <c>descr</c>, <c>fortran_order</c> and <c>shape</c>, then the entries. A file in
/// Fortran order is turned to row-major order.
/// </summary>
/// <remarks>Source: NumPy's format description, versions 1.0 to 3.0. No Python object is ever read.</remarks>
internal static partial class NpyFile
{
    private const int LongestHeader = 1 << 16;
    private const int MostAxes = 32;

    /// <summary>The longest tensor that is read, in entries.</summary>
    private const long MostEntries = 1L << 28;

    private static readonly byte[] Magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a tensor.</summary>
    /// <param name="stream">The file's bytes.</param>
    /// <param name="name">The name that the tensor gets.</param>
    /// <param name="file">The file's name, for complaints.</param>
    /// <exception cref="AnswerException">It is not such a file, it ends too early, or its type is not one of numbers.</exception>
    public static AnswerTensor Read(Stream stream, string name, string file)
    {
        var start = new byte[8];
        Fill(stream, start, file, "the header");
        if (!start.AsSpan(0, Magic.Length).SequenceEqual(Magic))
        {
            throw new AnswerException(AnswerFault.Unreadable, $"{file} is no .npy file: it does not begin with NumPy's magic bytes");
        }

        var size = new byte[start[6] == 1 ? 2 : 4];
        Fill(stream, size, file, "the header");
        var length = size.Length == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(size) : BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > LongestHeader)
        {
            throw new AnswerException(AnswerFault.Unreadable, $"{file}: the header must be at most {LongestHeader} bytes long; got {length}");
        }

        var header = new byte[length];
        Fill(stream, header, file, "the header");
        var text = Encoding.UTF8.GetString(header);
        var match = Header().Match(text);
        if (!match.Success)
        {
            throw new AnswerException(
                AnswerFault.WrongType, $"{file}: the header must give descr, fortran_order and shape of plain numbers; got '{Printable.Text(text)}'");
        }

        var shape = match.Groups["shape"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var axis) ? axis : -1).ToArray();
        var count = 1L;
        foreach (var axis in shape)
        {
            if (axis < 0 || axis > MostEntries || (count *= axis) > MostEntries || shape.Length > MostAxes)
            {
                throw new AnswerException(AnswerFault.Unreadable, $"{file}: a tensor must have at most {MostEntries} entries on at most {MostAxes} axes; got ({Printable.Text(match.Groups["shape"].Value)})");
            }
        }

        var (type, width, decode) = Decoder(match.Groups["kind"].Value, match.Groups["order"].Value, file);
        var values = new double[count];
        var bytes = new byte[width];
        using var buffered = new BufferedStream(stream, 1 << 16);
        for (var i = 0L; i < count; i++)
        {
            if (buffered.ReadAtLeast(bytes, width, throwOnEndOfStream: false) < width)
            {
                throw new AnswerException(AnswerFault.HalfWritten, $"{file} ends after {i} of {count} entries");
            }

            values[i] = decode(bytes);
        }

        if (buffered.ReadByte() >= 0)
        {
            throw new AnswerException(AnswerFault.Unreadable, $"{file} goes on after its {count} entries");
        }

        var sizes = Array.ConvertAll(shape, axis => (int)axis);
        return new AnswerTensor(
            name, sizes, match.Groups["fortran"].Value == "True" ? Orders.FromColumnMajor(sizes, values) : values, type);
    }

    private static void Fill(Stream stream, byte[] bytes, string file, string what)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new AnswerException(AnswerFault.HalfWritten, $"{file} ends within {what}");
        }
    }

    private static (string Type, int Width, Func<byte[], double> Decode) Decoder(string kind, string order, string file)
    {
        var isBig = order == ">";
        return kind switch
        {
            "f8" => ("float64", 8, isBig ? static b => BinaryPrimitives.ReadDoubleBigEndian(b) : static b => BinaryPrimitives.ReadDoubleLittleEndian(b)),
            "f4" => ("float32", 4, isBig ? static b => BinaryPrimitives.ReadSingleBigEndian(b) : static b => BinaryPrimitives.ReadSingleLittleEndian(b)),
            "f2" => ("float16", 2, isBig ? static b => (double)BinaryPrimitives.ReadHalfBigEndian(b) : static b => (double)BinaryPrimitives.ReadHalfLittleEndian(b)),
            "i8" => ("int64", 8, isBig ? static b => BinaryPrimitives.ReadInt64BigEndian(b) : static b => BinaryPrimitives.ReadInt64LittleEndian(b)),
            "i4" => ("int32", 4, isBig ? static b => BinaryPrimitives.ReadInt32BigEndian(b) : static b => BinaryPrimitives.ReadInt32LittleEndian(b)),
            "u1" => ("uint8", 1, static b => b[0]),
            "b1" => ("bool", 1, static b => b[0]),
            _ => throw new AnswerException(AnswerFault.WrongType, $"{file}: entries must be floating-point numbers (f8, f4, f2) or integers; got '{Printable.Text(order + kind)}'"),
        };
    }

    [GeneratedRegex(
        @"^\s*\{\s*'descr'\s*:\s*'(?<order>[<>|=])(?<kind>[a-zA-Z]\d+)'\s*,\s*'fortran_order'\s*:\s*(?<fortran>True|False)\s*,\s*'shape'\s*:\s*\((?<shape>[\d,\s]*)\)\s*,?\s*\}\s*$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Header();
}
