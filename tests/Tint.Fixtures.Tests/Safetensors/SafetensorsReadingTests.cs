using Tint.Fixtures.Safetensors;
using Tint.Fixtures.Tests.Helpers;

namespace Tint.Fixtures.Tests.Safetensors;

/// <summary>Reading files written down byte by byte from the format's description, not by our writer.</summary>
public sealed class SafetensorsReadingTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string FilePath => _directory.File("x.safetensors");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("F64", new byte[] { 0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0x80 }, new[] { 1.5, -0.0 })]
    [InlineData("F32", new byte[] { 0, 0, 0xC0, 0x3F, 0xDB, 0x0F, 0x49, 0x40 }, new[] { 1.5, 3.1415927410125732421875 })]
    [InlineData("F16", new byte[] { 0x00, 0x3C, 0x01, 0x00 }, new[] { 1.0, 5.9604644775390625e-8 })]
    [InlineData("BF16", new byte[] { 0x80, 0x3F, 0x49, 0xC0 }, new[] { 1.0, -3.140625 })]
    [InlineData("I64", new byte[] { 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 3, 1, 0, 0, 0, 0, 0, 0 }, new[] { -2.0, 259.0 })]
    [InlineData("I32", new byte[] { 0xFE, 0xFF, 0xFF, 0xFF, 3, 1, 0, 0 }, new[] { -2.0, 259.0 })]
    [InlineData("I16", new byte[] { 0xFE, 0xFF, 3, 1 }, new[] { -2.0, 259.0 })]
    [InlineData("I8", new byte[] { 0xFE, 0x7F }, new[] { -2.0, 127.0 })]
    [InlineData("U64", new byte[] { 0, 0, 0, 0, 0, 0, 0x20, 0, 3, 1, 0, 0, 0, 0, 0, 0 }, new[] { 9007199254740992.0, 259.0 })]
    [InlineData("U32", new byte[] { 0xFE, 0xFF, 0xFF, 0xFF, 3, 1, 0, 0 }, new[] { 4294967294.0, 259.0 })]
    [InlineData("U16", new byte[] { 0xFE, 0xFF, 3, 1 }, new[] { 65534.0, 259.0 })]
    [InlineData("U8", new byte[] { 0, 255 }, new[] { 0.0, 255.0 })]
    [InlineData("BOOL", new byte[] { 0, 1 }, new[] { 0.0, 1.0 })]
    public void Reads_each_type_from_its_bytes(string dataType, byte[] data, double[] expected)
    {
        RawFile.Write(FilePath, $$$"""{"x":{"dtype":"{{{dataType}}}","shape":[2],"data_offsets":[0,{{{data.Length}}}]}}""", data);
        using var file = SafetensorsFile.Open(FilePath);
        Assert.Equal(dataType, file.Entry("x").DataType.ToString());
        Assert.Equal(
            expected.Select(BitConverter.DoubleToInt64Bits), file.ReadDoubles("x").Select(BitConverter.DoubleToInt64Bits));
        if (file.Entry("x").DataType?.IsInteger() == true)
        {
            Assert.Equal(expected.Select(value => (long)value), file.ReadIntegers("x"));
        }
    }

    [Fact]
    public void Reads_a_header_with_metadata_padding_and_tensors_out_of_order()
    {
        const string Header = """
            {"b":{"shape":[],"data_offsets":[3,4],"dtype":"U8"}, "__metadata__":{"k":"é\"\n"},
             "a":{"dtype":"U8","shape":[3,1],"data_offsets":[0,3]}, "none":{"dtype":"F64","shape":[0,5],"data_offsets":[3,3]}}
            """;
        RawFile.Write(FilePath, Header + "     ", 1, 2, 3, 4);
        using var file = SafetensorsFile.Open(FilePath);
        Assert.Equal(["b", "a", "none"], file.Names);
        Assert.Equal("é\"\n", file.Metadata["k"]);
        Assert.Equal([1, 2, 3], file.ReadIntegers("a"));
        Assert.Equal([3, 1], file.Entry("a").Shape);
        Assert.Equal([4], file.ReadIntegers("b"));
        Assert.Empty(file.Entry("b").Shape);
        Assert.Empty(file.ReadDoubles("none"));
        Assert.True(file.Contains("none"));
        Assert.False(file.Contains("other"));
    }

    [Theory]
    [InlineData("F8_E4M3", 2)]
    [InlineData("F8_E5M2", 2)]
    [InlineData("F8_E8M0", 2)]
    [InlineData("F4", 1)]
    [InlineData("C64", 16)]
    [InlineData("u8", 2)]
    [InlineData("of the future", 5)]
    public void A_type_that_is_not_decoded_hides_no_other_tensor(string dataType, int bytes)
    {
        RawFile.Write(
            FilePath,
            $$$"""{"x":{"dtype":"{{{dataType}}}","shape":[2],"data_offsets":[0,{{{bytes}}}]},"y":{"dtype":"U8","shape":[1],"data_offsets":[{{{bytes}}},{{{bytes + 1}}}]}}""",
            [.. new byte[bytes], 7]);
        using var file = SafetensorsFile.Open(FilePath);
        Assert.Equal([7], file.ReadIntegers("y"));
        Assert.Equal((dataType, 2), (file.Entry("x").TypeName, file.Entry("x").ElementCount));
        Assert.Null(file.Entry("x").DataType);
        Refusal.Of(() => file.ReadDoubles("x"), "x.safetensors: tensor 'x'", $"got {dataType}", "write it as one of F64");
        Refusal.Of(() => file.ReadIntegers("x"), "x.safetensors: tensor 'x'", $"got {dataType}");
    }

    [Theory]
    [InlineData("""{"__metadata__":null,"x":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}""")]
    [InlineData("""{"x":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"__metadata__":null}""")]
    [InlineData("""{"__metadata__":{},"x":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}""")]
    public void Metadata_may_be_null_or_empty(string header)
    {
        RawFile.Write(FilePath, header, 9);
        using var file = SafetensorsFile.Open(FilePath);
        Assert.Empty(file.Metadata);
        Assert.Equal([9], file.ReadIntegers("x"));
    }

    [Fact]
    public void Reads_a_stretch_of_a_tensor()
    {
        SafetensorsWriter.Write(FilePath, [new("x", SafetensorsDataType.F32, [2, 3], [0.0, 1, 2, 3, 4, 5])]);
        using var file = SafetensorsFile.Open(FilePath);
        var stretch = new double[3];
        file.ReadDoubles("x", 2, stretch);
        Assert.Equal([2.0, 3, 4], stretch);
        file.ReadDoubles("x", 6, []);
        Refusal.Of(() => file.ReadDoubles("x", 4, stretch), "within its 6 elements", "3 from 4");
        Refusal.Of(() => file.ReadDoubles("x", -1, stretch), "3 from -1");
        Refusal.Of(() => file.ReadDoubles("x", long.MaxValue, stretch), "3 from 9223372036854775807");
    }

    [Fact]
    public void Rejects_a_U64_that_no_signed_integer_holds()
    {
        RawFile.Write(FilePath, """{"x":{"dtype":"U64","shape":[1],"data_offsets":[0,8]}}""", 0, 0, 0, 0, 0, 0, 0, 0x80);
        using var file = SafetensorsFile.Open(FilePath);
        Refusal.Of(() => file.ReadIntegers("x"), "x.safetensors: tensor 'x'", "9223372036854775808");
    }

    [Fact]
    public void Reads_a_file_without_tensors()
    {
        RawFile.Write(FilePath, "{}");
        using var file = SafetensorsFile.Open(FilePath);
        Assert.Empty(file.Names);
        Assert.Empty(file.Metadata);
    }

    [Fact]
    public void Reads_tensors_longer_than_one_piece_and_in_parallel()
    {
        var values = Enumerable.Range(0, 100_003).Select(i => (double)i).ToArray();
        SafetensorsWriter.Write(
            FilePath,
            [
                new("a", SafetensorsDataType.F64, [values.Length], values),
                new("b", SafetensorsDataType.F32, [values.Length], values),
            ]);
        using var file = SafetensorsFile.Open(FilePath);
        Parallel.For(0, 8, i => Assert.Equal(values, file.ReadDoubles(i % 2 == 0 ? "a" : "b")));
    }

    [Fact]
    public void Leaves_NaN_and_infinity_to_the_caller()
    {
        RawFile.Write(FilePath, """{"x":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}""", 0x00, 0x7C, 0x00, 0x7E);
        using var file = SafetensorsFile.Open(FilePath);
        Assert.Equal([double.PositiveInfinity, double.NaN], file.ReadDoubles("x"));
    }

    [Fact]
    public void Rejects_a_name_that_is_not_there()
    {
        RawFile.Write(FilePath, "{}");
        using var file = SafetensorsFile.Open(FilePath);
        Refusal.Of(() => file.ReadDoubles("y"), "x.safetensors", "'y'");
    }

    [Fact]
    public void Rejects_floating_point_numbers_read_as_integers()
    {
        RawFile.Write(FilePath, """{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 0, 0, 0, 0);
        using var file = SafetensorsFile.Open(FilePath);
        Refusal.Of(() => file.ReadIntegers("x"), "x.safetensors: tensor 'x'", "F32");
    }

    [Fact]
    public void Rejects_a_BOOL_that_is_neither_0_nor_1()
    {
        RawFile.Write(FilePath, """{"x":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]}}""", 1, 2);
        using var file = SafetensorsFile.Open(FilePath);
        Refusal.Of(() => file.ReadIntegers("x"), "x.safetensors: tensor 'x'", "got 2");
        Refusal.Of(() => file.ReadDoubles("x"), "x.safetensors: tensor 'x'", "got 2");
    }

    [Fact]
    public void Rejects_an_integer_that_no_float64_holds()
    {
        const long Large = (1L << 53) + 1;
        SafetensorsWriter.Write(FilePath, [new("x", SafetensorsDataType.I64, [1], [Large]), new("y", SafetensorsDataType.I64, [1], [Large - 1])]);
        using var file = SafetensorsFile.Open(FilePath);
        Assert.Equal([Large], file.ReadIntegers("x"));
        Refusal.Of(() => file.ReadDoubles("x"), "x.safetensors: tensor 'x'", "9007199254740993");
        Assert.Equal([9007199254740992.0], file.ReadDoubles("y"));
    }

    [Fact]
    public void Rejects_a_file_that_shrinks_while_it_is_open()
    {
        SafetensorsWriter.Write(FilePath, [new("x", SafetensorsDataType.F64, [1000], new double[1000])]);
        using var file = SafetensorsFile.Open(FilePath);
        using (var other = new FileStream(FilePath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            other.SetLength(other.Length - 8);
        }

        Refusal.Of(() => file.ReadDoubles("x"), "x.safetensors: tensor 'x'", "must not change");
    }
}
