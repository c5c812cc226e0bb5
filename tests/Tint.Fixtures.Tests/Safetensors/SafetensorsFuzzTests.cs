using FsCheck.Xunit;
using Tint.Fixtures.Safetensors;
using Tint.Fixtures.Tests.Helpers;

namespace Tint.Fixtures.Tests.Safetensors;

public sealed class SafetensorsFuzzTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string _path;

    public SafetensorsFuzzTests() => _path = _directory.File("x.safetensors");

    public void Dispose() => _directory.Dispose();

    [Property(Arbitrary = [typeof(SafetensorsFiles)], MaxTest = 300)]
    public void A_damaged_file_reads_or_is_refused_in_one_line(SafetensorsContent content, (ushort Position, byte Value)[] damage, ushort cut)
    {
        SafetensorsWriter.Write(_path, content.Tensors, content.Metadata);
        var bytes = File.ReadAllBytes(_path);
        foreach (var (position, value) in damage)
        {
            bytes[position % bytes.Length] = value;
        }

        ReadsOrRefuses(bytes);
        ReadsOrRefuses(bytes[..(cut % (bytes.Length + 1))]);
    }

    [Fact]
    public void Every_change_of_one_byte_reads_or_is_refused_in_one_line()
    {
        SafetensorsWriter.Write(
            _path,
            [
                new("a", SafetensorsDataType.F32, [2], [0.0, 1.0]),
                new("b", SafetensorsDataType.I64, [], [1L]),
                new("c", SafetensorsDataType.BOOL, [1, 2], [0L, 1L]),
            ],
            new Dictionary<string, string> { ["k"] = "é" });
        var bytes = File.ReadAllBytes(_path);
        var refused = 0;
        for (var position = 0; position < bytes.Length; position++)
        {
            var original = bytes[position];
            foreach (var value in new[] { 0, 1, original ^ 1, original ^ 0x20, original ^ 0x80, '"', '\\', '{', '}', '[', ',', '9', 0xFF })
            {
                bytes[position] = (byte)value;
                refused += ReadsOrRefuses(bytes) ? 0 : 1;
            }

            bytes[position] = original;
        }

        Assert.InRange(refused, bytes.Length, bytes.Length * 13);
    }

    private bool ReadsOrRefuses(byte[] bytes)
    {
        File.WriteAllBytes(_path, bytes);
        try
        {
            using var file = SafetensorsFile.Open(_path);
            var read = file.Tensors.Sum(entry => entry.DataType?.IsInteger() == true
                ? file.ReadIntegers(entry.Name).Length
                : file.ReadDoubles(entry.Name).Length);
            Assert.InRange(read, 0, bytes.Length);
            return true;
        }
        catch (FixtureException exception)
        {
            Assert.DoesNotContain('\n', exception.Message);
            return false;
        }
    }
}
