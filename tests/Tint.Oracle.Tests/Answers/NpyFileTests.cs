using System.Buffers.Binary;
using System.Text;
using Tint.Oracle.Answers;

namespace Tint.Oracle.Tests.Answers;

public class NpyFileTests
{
    [Theory]
    [InlineData("<f8", "float64")]
    [InlineData(">f8", "float64")]
    [InlineData("<f4", "float32")]
    [InlineData("<f2", "float16")]
    [InlineData("<i8", "int64")]
    public void Numbers_of_every_type_are_read(string descr, string type)
    {
        var tensor = Read(Npy(descr, fortran: false, "(2, 3)", 0, 1, 2, 3, 4, 5));
        Assert.Equal((type, "[2 × 3]"), (tensor.Type, tensor.ShapeText));
        Assert.Equal([0, 1, 2, 3, 4, 5], tensor.Values);
    }

    [Fact]
    public void A_file_in_Fortran_order_is_turned() =>
        Assert.Equal([0, 2, 4, 1, 3, 5], Read(Npy("<f8", fortran: true, "(2, 3)", 0, 1, 2, 3, 4, 5)).Values);

    [Fact]
    public void A_scalar_has_no_axes() => Assert.Empty(Read(Npy("<f8", fortran: false, "()", 7)).Shape);

    [Fact]
    public void A_file_cut_anywhere_is_half_written()
    {
        var whole = Npy("<f8", fortran: false, "(2, 3)", 0, 1, 2, 3, 4, 5);
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Equal(AnswerFault.HalfWritten, Assert.Throws<AnswerException>(() => Read(whole[..length])).Fault);
        }
    }

    [Theory]
    [InlineData("|O8")]
    [InlineData("<c16")]
    [InlineData("<U3")]
    public void What_is_no_number_is_named(string descr) =>
        Assert.Equal(AnswerFault.WrongType, Assert.Throws<AnswerException>(() => Read(Npy(descr, fortran: false, "(1,)", 1))).Fault);

    [Theory]
    [InlineData("(99999999999,)")]
    [InlineData("(65536, 65536)")]
    [InlineData("(18446744073709551616,)")]
    public void A_shape_beyond_reason_takes_no_memory(string shape) =>
        Assert.Equal(AnswerFault.Unreadable, Assert.Throws<AnswerException>(() => Read(Npy("<f8", fortran: false, shape, 1))).Fault);

    [Fact]
    public void Other_bytes_are_no_npy() =>
        Assert.Equal(AnswerFault.Unreadable, Assert.Throws<AnswerException>(() => Read(Encoding.UTF8.GetBytes("hello, this is no file of numbers"))).Fault);

    [Fact]
    public void Bytes_behind_the_entries_are_refused() =>
        Assert.Contains("goes on", Assert.Throws<AnswerException>(() => Read([.. Npy("<f8", fortran: false, "(1,)", 1), 0])).Message, StringComparison.Ordinal);

    private static AnswerTensor Read(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return NpyFile.Read(stream, "x", "x.npy");
    }

    private static byte[] Npy(string descr, bool fortran, string shape, params double[] values)
    {
        var header = Encoding.ASCII.GetBytes($"{{'descr': '{descr}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': {shape}, }}\n");
        var bytes = new List<byte> { 0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, (byte)(header.Length % 256), (byte)(header.Length / 256) };
        bytes.AddRange(header);
        foreach (var value in values)
        {
            var entry = new byte[8];
            switch (descr)
            {
                case ">f8": BinaryPrimitives.WriteDoubleBigEndian(entry, value); break;
                case "<f4": BinaryPrimitives.WriteSingleLittleEndian(entry, (float)value); break;
                case "<f2": BinaryPrimitives.WriteHalfLittleEndian(entry, (Half)value); break;
                case "<i8": BinaryPrimitives.WriteInt64LittleEndian(entry, (long)value); break;
                default: BinaryPrimitives.WriteDoubleLittleEndian(entry, value); break;
            }

            bytes.AddRange(entry[..(descr[2] - '0' is var width and <= 8 ? width : 8)]);
        }

        return [.. bytes];
    }
}
