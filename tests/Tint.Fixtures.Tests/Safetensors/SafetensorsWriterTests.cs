using System.Buffers.Binary;
using System.Text;
using FsCheck.Xunit;
using Tint.Fixtures.Safetensors;
using Tint.Fixtures.Tests.Helpers;

namespace Tint.Fixtures.Tests.Safetensors;

public sealed class SafetensorsWriterTests : IDisposable
{
    private const string Name = "x.safetensors";

    private readonly TemporaryDirectory _directory = new();

    private string FilePath => _directory.File(Name);

    public void Dispose() => _directory.Dispose();

    [Property(Arbitrary = [typeof(SafetensorsFiles)])]
    public void Reading_gives_back_what_was_written(SafetensorsContent content)
    {
        SafetensorsWriter.Write(FilePath, content.Tensors, content.Metadata);
        using var file = SafetensorsFile.Open(FilePath);
        Assert.Equal(content.Metadata.OrderBy(pair => pair.Key), file.Metadata.OrderBy(pair => pair.Key));
        Assert.Equal(content.Tensors.Select(tensor => tensor.Name).Order(), file.Names.Order());
        foreach (var tensor in content.Tensors)
        {
            Assert.Equal(tensor.DataType, file.Entry(tensor.Name).DataType);
            Assert.Equal(tensor.Shape, file.Entry(tensor.Name).Shape);
            if (tensor.Integers is { } integers)
            {
                Assert.Equal(integers, file.ReadIntegers(tensor.Name));
            }
            else
            {
                Assert.Equal(tensor.Doubles!.Value.ToArray().Select(Bits), file.ReadDoubles(tensor.Name).Select(Bits));
            }
        }
    }

    [Property(Arbitrary = [typeof(SafetensorsFiles)])]
    public void The_same_content_in_any_order_gives_the_same_bytes(SafetensorsContent content)
    {
        SafetensorsWriter.Write(FilePath, content.Tensors, content.Metadata);
        var bytes = File.ReadAllBytes(FilePath);
        SafetensorsWriter.Write(
            FilePath, content.Tensors.Reverse(), content.Metadata.Reverse().ToDictionary(pair => pair.Key, pair => pair.Value));
        Assert.Equal(bytes, File.ReadAllBytes(FilePath));
    }

    [Property(Arbitrary = [typeof(SafetensorsFiles)])]
    public void Each_tensor_begins_at_a_multiple_of_its_elements_size(SafetensorsContent content)
    {
        SafetensorsWriter.Write(FilePath, content.Tensors, content.Metadata);
        var headerLength = BinaryPrimitives.ReadInt64LittleEndian(File.ReadAllBytes(FilePath));
        Assert.Equal(0, headerLength % 8);
        using var file = SafetensorsFile.Open(FilePath);
        Assert.All(file.Tensors, entry => Assert.Equal(0, entry.Begin % entry.DataType!.Value.Size()));
    }

    [Fact]
    public void Writes_the_format_to_the_byte()
    {
        SafetensorsWriter.Write(
            FilePath,
            [new("b", SafetensorsDataType.U8, [1], [7L]), new("a", SafetensorsDataType.F16, [1, 2], [1.0, -2.0])],
            new Dictionary<string, string> { ["k"] = "v" });
        const string Header = """{"__metadata__":{"k":"v"},"a":{"dtype":"F16","shape":[1,2],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[1],"data_offsets":[4,5]}}""";
        var padded = (Header.Length + 7) / 8 * 8;
        Assert.Equal(
            [(byte)padded, 0, 0, 0, 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(Header.PadRight(padded)), 0x00, 0x3C, 0x00, 0xC0, 7],
            File.ReadAllBytes(FilePath));
    }

    [Fact]
    public void Replaces_a_file_and_leaves_nothing_else_behind()
    {
        File.WriteAllText(FilePath, "old");
        SafetensorsWriter.Write(FilePath, [new("a", SafetensorsDataType.BOOL, [], [1L])]);
        using var file = SafetensorsFile.Open(FilePath);
        Assert.Equal([1], file.ReadIntegers("a"));
        Assert.Equal([FilePath], Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void Leaves_nothing_behind_when_the_file_cannot_be_put_in_place()
    {
        Directory.CreateDirectory(FilePath);
        File.WriteAllText(Path.Combine(FilePath, "inside"), "kept");
        Refusal.Of(() => SafetensorsWriter.Write(FilePath, [new("a", SafetensorsDataType.U8, [1], [1L])]), Name, "writable");
        Assert.Equal([FilePath], Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void Rejects_a_directory_that_is_not_there() =>
        Refusal.Of(() => SafetensorsWriter.Write(_directory.File("no/x.safetensors"), []), Name, "writable");

    [Fact]
    public void Rejects_a_repeated_name_before_touching_the_file()
    {
        File.WriteAllText(FilePath, "old");
        SafetensorsTensor tensor = new("a", SafetensorsDataType.U8, [1], [1L]);
        Refusal.Of(() => SafetensorsWriter.Write(FilePath, [tensor, tensor]), Name, "'a' twice");
        Assert.Equal("old", File.ReadAllText(FilePath));
    }

    [Fact]
    public void Rejects_metadata_that_is_not_Unicode()
    {
        Refusal.Of(
            () => SafetensorsWriter.Write(FilePath, [], new Dictionary<string, string> { ["k"] = "\ud800" }), Name, "metadata");
        Refusal.Of(
            () => SafetensorsWriter.Write(FilePath, [], new Dictionary<string, string> { ["\udc00"] = "v" }), Name, "metadata");
    }

    [Theory]
    [InlineData(100_001)] // the texts alone are too long
    [InlineData(99_995)] // the texts are not, but their quotation marks make the header so
    public void Rejects_a_header_that_no_reader_would_take(int length)
    {
        var text = new string('x', length);
        var metadata = Enumerable.Range(0, 1000).ToDictionary(i => $"{i}", _ => text);
        Refusal.Of(() => SafetensorsWriter.Write(FilePath, [], metadata), Name, "the header must be at most");
        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
    }

    private static long Bits(double value) => double.IsNaN(value) ? long.MinValue + 1 : BitConverter.DoubleToInt64Bits(value);
}
